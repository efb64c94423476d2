"""What was said about an earlier file holds for the next one with the same columns."""

from dataclasses import replace

from backoffice.imports.mapping import earlier_mapping
from backoffice.imports.profiling import FileProfile
from orders.importing.mapping import OrderMapping
from orders.models import OrderImport


def suggested(run: OrderImport, profile: FileProfile) -> OrderMapping:
    """As an earlier file with these columns was meant, else as headers and values say; of a watched folder
    with the source and location that it stands for.
    """
    mapping = OrderMapping.guessed(profile)
    if values := earlier_mapping(run, profile.headers):
        earlier = OrderMapping.from_json(values)
        # what the days of this very file prove goes before what was said about another
        mapping = replace(earlier, day_orders=earlier.day_orders | mapping.day_orders)
    if run.sent_by:
        mapping = replace(mapping, source=run.sent_by.source, location_id=run.sent_by.location_id)
    return mapping
