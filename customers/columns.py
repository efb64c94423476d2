"""The columns of the customer list: what each reads, how it sorts, and how a cell looks.

Cells are made of strings once per row; templates only place them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core import phones
from backoffice.core.formats import Formats, country_name
from backoffice.core.periods import months_between
from backoffice.core.templatetags.components import hue, initials
from customers.choices import LastOrderStatus, Module, Source

SOURCE_ICONS = {
    "web": "globe",
    "store": "store",
    "delivery_platform": "truck",
    "reservation": "calendar",
    "import": "import",
    "manual": "pencil",
    "api": "plug",
}
STATUS_LOOKS = {"on_time": ("ok", "check-circle"), "late": ("warn", "clock"), "open": ("info", "clock")}
_SERVICE_TYPES = {
    "dine_in": _("Dine-in"),
    "pickup": _("Pickup"),
    "delivery": _("Delivery"),
    "partner_delivery": _("Partner delivery"),
}


class Cell(NamedTuple):
    """`kind` says how the template places it; `sub` is the second line, `tone` and `icon` its flag."""

    kind: str
    text: str = ""
    sub: str = ""
    tone: str = ""
    icon: str = ""
    words: tuple = ()


EMPTY = Cell("empty")


@dataclass(frozen=True)
class ListColumn:
    """`lookups` are read per guest; `cell` makes a Cell of their values and the Formats."""

    name: str
    label: object
    short: object
    lookups: tuple[str, ...]
    cell: Callable[..., Cell]
    css: str = ""
    sort: str = ""
    first_descending: bool = False


def _text(formats, value) -> Cell:
    return Cell("text", value) if value else EMPTY


def _number(formats, value) -> Cell:
    return Cell("text", formats.number(value))


def _money(formats, cents) -> Cell:
    return Cell("text", formats.money(cents))


def _phone(formats, e164) -> Cell:
    return Cell("phone", phones.international(e164), sub=e164) if e164 else EMPTY


def _country(formats, code) -> Cell:
    return Cell("text", country_name(code)) if code else EMPTY


def _source(formats, code) -> Cell:
    return Cell("source", Source(code).label, icon=SOURCE_ICONS[code])


def _modules(formats, bits) -> Cell:
    return Cell("text", ", ".join(str(module.label) for module in Module.in_bits(bits))) if bits else EMPTY


def _tags(formats, text) -> Cell:
    return Cell("tags", words=tuple(text.split(", "))) if text else EMPTY


def _joined(formats, moment) -> Cell:
    return Cell("date", formats.day(formats.local(moment).date()), sub=moment.isoformat())


def _average(formats, cents, receipts) -> Cell:
    return Cell("text", formats.money((2 * cents + receipts) // (2 * receipts))) if receipts else EMPTY


def _monthly(formats, cents, first_day) -> Cell:
    if first_day is None:
        return EMPTY
    months = months_between(first_day, formats.today)
    return Cell("text", formats.money((2 * cents + months) // (2 * months)))


def _last_order(formats, moment, status, service_type) -> Cell:
    if moment is None:
        return EMPTY
    day = formats.day(formats.local(moment).date())
    if status:
        tone, icon = STATUS_LOOKS[status]
        return Cell("last_order", day, sub=LastOrderStatus(status).label, tone=tone, icon=icon)
    return Cell("last_order", day, sub=_SERVICE_TYPES.get(service_type, ""))


def _status(formats, status) -> Cell:
    if not status:
        return EMPTY
    tone, icon = STATUS_LOOKS[status]
    return Cell("flag", LastOrderStatus(status).label, tone=tone, icon=icon)


def _consent(formats, granted) -> Cell:
    if granted:
        return Cell("flag", _("Yes"), tone="ok", icon="check-circle")
    return Cell("flag", _("No"), tone="bad", icon="minus-circle")


_END = "end card-fact at-end"
COLUMNS = {
    column.name: column
    for column in [
        ListColumn("email", _("E-mail"), _("E-mail"), ("email",), _text, "p-2 cell-clip", "email"),
        ListColumn("phone", _("Phone"), _("Phone"), ("phone",), _phone, "p-3 nowrap sm card-fact", "phone"),
        ListColumn("country", _("Country"), _("Country"), ("country",), _country, "p-3 nowrap", "country"),
        ListColumn("source", _("Source"), _("Source"), ("source",), _source, "p-2 nowrap", "source"),
        ListColumn("modules", _("Modules"), _("Modules"), ("module_bits",), _modules, "p-3", "modules"),
        ListColumn("tags", _("Tags"), _("Tags"), ("tags_text",), _tags, "p-3", "tags"),
        ListColumn("joined", _("Joined"), _("Joined"), ("joined_at",), _joined, "p-4 nowrap", "joined", True),
        ListColumn(
            "orders", _("Orders"), _("Orders"), ("stats__receipts_count",), _number, "end p-3", "orders", True
        ),
        ListColumn(
            "revenue",
            _("Revenue"),
            _("Revenue"),
            ("stats__revenue_cents",),
            _money,
            "end p-2",
            "revenue",
            True,
        ),
        ListColumn(
            "average",
            _("Average order value"),
            _("Avg. order value"),
            ("stats__revenue_cents", "stats__receipts_count"),
            _average,
            _END,
            "average",
            True,
        ),
        ListColumn(
            "monthly",
            _("Monthly spend"),
            pgettext_lazy("short", "Monthly spend"),
            ("stats__revenue_cents", "stats__first_order_on"),
            _monthly,
            "end p-2",
            "monthly",
            True,
        ),
        ListColumn(
            "last_order",
            _("Last order"),
            _("Last order"),
            ("stats__last_order_at", "stats__last_order_status", "stats__last_service_type"),
            _last_order,
            "nowrap card-fact",
            "last_order",
            True,
        ),
        ListColumn(
            "last_status",
            _("Last order status"),
            _("Order status"),
            ("stats__last_order_status",),
            _status,
            "p-4 nowrap",
            "last_status",
        ),
        ListColumn(
            "points", _("Points"), _("Points"), ("stats__points",), _number, "end p-4", "points", True
        ),
        ListColumn(
            "earned_points",
            _("Earned points"),
            _("Earned points"),
            ("stats__earned_points",),
            _number,
            "end p-4",
            "earned_points",
            True,
        ),
        ListColumn(
            "marketing",
            _("Marketing communications"),
            _("Marketing"),
            ("marketing_consent",),
            _consent,
            "nowrap card-fact at-end",
            "marketing",
            True,
        ),
        ListColumn(
            "system",
            _("System notifications"),
            _("System"),
            ("system_consent",),
            _consent,
            "p-4 nowrap",
            "system",
            True,
        ),
    ]
}
DEFAULT_COLUMNS = [
    "phone",
    "source",
    "joined",
    "orders",
    "average",
    "monthly",
    "last_order",
    "points",
    "marketing",
]
# what every row reads whatever its columns: the key first, see searching.fetch_page
ROW_LOOKUPS = ("pk", "first_name", "last_name", "email", "phone", "is_active")


@dataclass(frozen=True)
class Row:
    """One guest of the list, ready for the template."""

    pk: int
    name: str
    email: str
    initials: str
    hue: int
    is_active: bool
    cells: list[tuple[str, str, Cell]]


def chosen_columns(names: list[str]) -> list[ListColumn]:
    """The columns a person has chosen, unknown names left out; the default without a choice.

    Default columns step back on narrow screens. Chosen ones stay, on phones too.
    """
    chosen = [replace(COLUMNS[name], css=_staying(COLUMNS[name].css)) for name in names if name in COLUMNS]
    return chosen or [COLUMNS[name] for name in DEFAULT_COLUMNS]


def _staying(css: str) -> str:
    kept = [name for name in css.split() if not name.startswith("p-") and name != "card-fact"]
    return " ".join([*kept, "card-fact"])


def lookups_of(columns: list[ListColumn]) -> tuple[str, ...]:
    """ROW_LOOKUPS and what the columns need, each once."""
    return tuple(dict.fromkeys(ROW_LOOKUPS + tuple(name for column in columns for name in column.lookups)))


def make_rows(values: list[tuple], columns: list[ListColumn], formats: Formats) -> list[Row]:
    """Rows from tuples in the order of `lookups_of(columns)`."""
    places = {lookup: place for place, lookup in enumerate(lookups_of(columns))}
    plan = [
        (column.css, str(column.short), column.cell, [places[lookup] for lookup in column.lookups])
        for column in columns
    ]
    return [_row(value, plan, formats) for value in values]


def _row(value: tuple, plan, formats) -> Row:
    pk, first_name, last_name, email, phone, is_active = value[: len(ROW_LOOKUPS)]
    name = f"{first_name} {last_name}".strip() or email or phones.international(phone)
    return Row(
        pk=pk,
        name=name,
        email=email,
        initials=initials(name),
        hue=hue(pk),
        is_active=is_active,
        cells=[
            (css, label, cell(formats, *[value[spot] for spot in spots])) for css, label, cell, spots in plan
        ],
    )
