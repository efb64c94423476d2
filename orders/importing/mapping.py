"""Which column of a file is which part of an order, and what holds where it says nothing."""

from dataclasses import dataclass, field, replace
from typing import Self

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.imports.mapping import ColumnMapping
from backoffice.imports.profiling import FileProfile
from orders.importing.fields import DAYS, FIELDS, REQUIRED


@dataclass(frozen=True)
class OrderMapping(ColumnMapping):
    """`day_orders` says per header whether `03/05/2026` begins with the day. `location_id` is where orders
    without one belong, None the first; `source` is that of orders without one.
    """

    day_orders: dict[str, str] = field(default_factory=dict)
    location_id: int | None = None
    source: str = "import"

    @classmethod
    def guessed(cls, profile: FileProfile) -> Self:
        """As the headers say, and as the days of the file tell."""
        mapping = super().guessed(profile)
        orders = {
            header: order
            for header, order in profile.day_orders.items()
            if order and mapping.columns.get(header) in DAYS
        }
        return replace(mapping, day_orders=orders)

    def check(self) -> None:
        """Raises ValidationError when a column is missing, without which there is no order."""
        missing = set(REQUIRED) - set(self.headers)
        if "line_total" in self.headers:
            missing.discard("unit_price")
        if missing:
            names = ", ".join(str(FIELDS[name]) for name in REQUIRED if name in missing)
            message = _("No column is mapped to: %(names)s. Without that there is no order.")
            raise ValidationError(message, code="missing", params={"names": names})
