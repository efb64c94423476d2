"""What a file may tell about an order, and by which headers it is recognised (PRODUCT §4)."""

from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.imports.mapping import guesses, spellings
from backoffice.imports.profiling import IGNORED, Guess, header_key

# Columns that belong to the whole order stand on one of its lines, or the same on several.
OF_ORDER = {
    "order_id": _("Number of the order"),
    "placed_at": _("Date and time"),
    "placed_time": _("Time, beside the date"),
    "source": _("Source"),
    "location": _("Location"),
    "service_type": pgettext_lazy("of an order", "Kind"),
    "customer_name": _("Name of the customer"),
    "customer_first_name": _("First name of the customer"),
    "customer_last_name": _("Last name of the customer"),
    "customer_phone": _("Phone of the customer"),
    "customer_email": _("E-mail of the customer"),
    "tip": _("Tip"),
    "discount": _("Discount"),
    "promised_at": _("Promised for"),
    "delivered_at": _("Delivered at"),
    "status": _("Status"),
}
OF_LINE = {
    "item": _("Item"),
    "quantity": _("Quantity"),
    "unit_price": _("Price of one"),
    "line_total": _("Price of the line"),
    "category": _("Category"),
    "tax_rate": _("Tax rate"),
    "second_tax_rate": _("Second tax rate"),
    "second_tax_pct": _("Share of the second tax rate"),
}
FIELDS = OF_ORDER | OF_LINE
REQUIRED = ("order_id", "placed_at", "item", "quantity", "unit_price")
DAYS = frozenset(["placed_at", "promised_at", "delivered_at"])
_NUMBERS = frozenset(["orderid"])  # our own code: its cells may be anything
_ALIASES = Path(__file__).with_name("aliases.toml")


def recognise(headers: list[str], samples: dict[str, list[str]]) -> dict[str, Guess]:
    """What each column is taken for by its header. `samples` holds cells per column that are not empty."""
    return guesses({header: _by_header(header, samples.get(header, [])) for header in headers}, FIELDS)


def _by_header(header: str, cells: list[str]) -> str:
    """A “Name” is the number of an order in one shop, and a person everywhere else: the cells tell."""
    name = aliases().get(header_key(header), IGNORED)
    if name == "order_id" and header_key(header) not in _NUMBERS and not any(map(_has_digit, cells)):
        return "customer_name" if header_key(header) == "name" else IGNORED
    return name


def _has_digit(cell: str) -> bool:
    return any(char.isdecimal() for char in cell)


@cache
def aliases() -> dict[str, str]:
    return spellings(FIELDS, _ALIASES)
