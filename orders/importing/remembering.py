"""What was said about an earlier file holds for the next one with the same columns."""

from dataclasses import replace

from backoffice.imports.models import FileImport
from backoffice.imports.profiling import FileProfile
from orders.importing.mapping import OrderMapping
from orders.models import OrderImport

_LOOKED_THROUGH = 20


def earlier_mapping(run: OrderImport, headers: list[str]) -> OrderMapping | None:
    """That of the newest import with these columns which somebody had taken in, None without one."""
    taken = OrderImport.objects.filter(organisation=run.organisation_id, started_at__isnull=False)
    mappings = taken.exclude(state=FileImport.State.UNDONE).order_by("-pk").values_list("mapping", flat=True)
    for mapping in mappings[:_LOOKED_THROUGH]:
        if set(mapping.get("columns", ())) == set(headers):
            return OrderMapping.from_json(mapping)
    return None


def suggested(run: OrderImport, profile: FileProfile) -> OrderMapping:
    """As an earlier file with these columns was meant, else as headers and values say; of a watched folder
    with the source and location that it stands for.
    """
    mapping = OrderMapping.guessed(profile)
    if earlier := earlier_mapping(run, profile.headers):
        # what the days of this very file prove goes before what was said about another
        mapping = replace(earlier, day_orders=earlier.day_orders | mapping.day_orders)
    if run.folder:
        mapping = replace(mapping, source=run.folder.source, location_id=run.folder.location_id)
    return mapping
