"""What a person does with a file of orders; what all imports share is in `backoffice.imports.runs`."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.imports import runs
from backoffice.imports.profiling import FileProfile
from orders.importing.fields import DAYS
from orders.importing.mapping import OrderMapping
from orders.models import OrderImport


def start_check(run: OrderImport, mapping: OrderMapping, *, actor) -> None:
    """Keep how the file is meant, and have every order checked. Raises ValidationError when a column is
    missing, or days can be read two ways.
    """
    require_answers(run, mapping)
    runs.have_checked(run, mapping.to_json(), actor=actor)


def is_clear(run: OrderImport) -> bool:
    """Whether nobody has to be asked how a file that was read is meant."""
    try:
        require_answers(run, OrderMapping.from_json(run.mapping))
    except ValidationError:
        return False
    return True


def require_answers(run: OrderImport, mapping: OrderMapping) -> None:
    """Raises ValidationError when the mapping leaves something open that only a person knows."""
    mapping.check()
    profile = FileProfile.from_json(run.profile)
    open_days = [
        header
        for header, order in profile.day_orders.items()
        if not order and mapping.columns.get(header) in DAYS and header not in mapping.day_orders
    ]
    if open_days:
        message = _("Say whether the day or the month comes first in: %(names)s.")
        raise ValidationError(message, code="day_order", params={"names": ", ".join(open_days)})


def clear_old_imports() -> None:
    """Hourly, of files of orders."""
    runs.clear_old(OrderImport)
