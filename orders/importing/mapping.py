"""Which column of a file is which part of an order, and what holds where it says nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.imports.profiling import IGNORED, FileProfile
from orders.importing.fields import DAYS, FIELDS, REQUIRED


@dataclass(frozen=True)
class OrderMapping:
    """`columns` maps headers to fields, "" to none. `day_orders` says per header whether `03/05/2026`
    begins with the day. `location_id` is where orders without one belong, None the first; `source` is
    that of orders without one.
    """

    columns: dict[str, str] = field(default_factory=dict)
    day_orders: dict[str, str] = field(default_factory=dict)
    location_id: int | None = None
    source: str = "import"

    @classmethod
    def guessed(cls, profile: FileProfile) -> "OrderMapping":
        """As the headers say, and as the days of the file tell."""
        columns = {header: profile.guesses[header].field for header in profile.headers}
        orders = {
            header: order
            for header, order in profile.day_orders.items()
            if order and columns.get(header) in DAYS
        }
        return cls(columns, orders)

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping) -> "OrderMapping":
        return cls(**{item.name: values[item.name] for item in fields(cls) if item.name in values})

    @property
    def headers(self) -> dict[str, str]:
        """Headers by field."""
        return {name: header for header, name in self.columns.items() if name != IGNORED}

    @property
    def ignored(self) -> list[str]:
        return [header for header, name in self.columns.items() if name == IGNORED]

    def check(self) -> None:
        """Raises ValidationError when a column is missing, without which there is no order."""
        missing = set(REQUIRED) - set(self.headers)
        if "line_total" in self.headers:
            missing.discard("unit_price")
        if missing:
            names = ", ".join(str(FIELDS[name]) for name in REQUIRED if name in missing)
            message = _("No column is mapped to: %(names)s. Without that there is no order.")
            raise ValidationError(message, code="missing", params={"names": names})
