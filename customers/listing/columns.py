"""The columns of the customer list: what each reads, how it sorts, and how a cell looks.

Cells are made once per value; templates only place them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.pages.templatetags.components import hue, initials
from backoffice.core.text import phones
from backoffice.core.text.formats import Formats
from customers.listing import cells as look


@dataclass(frozen=True)
class ListColumn:
    """`lookups` are read per customer; `cell` makes the HTML of a cell of the Formats and their values."""

    name: str
    label: object
    short: object
    lookups: tuple[str, ...]
    cell: Callable[..., SafeString]
    css: str = ""
    sort: str = ""
    first_descending: bool = False


_END = "end card-fact at-end"
COLUMNS = {
    column.name: column
    for column in [
        ListColumn("email", _("E-mail"), _("E-mail"), ("email",), look.text, "p-2 cell-clip", "email"),
        ListColumn(
            "phone", _("Phone"), _("Phone"), ("phone",), look.phone, "p-3 nowrap sm card-fact", "phone"
        ),
        ListColumn(
            "country", _("Country"), _("Country"), ("country",), look.country, "p-3 nowrap", "country"
        ),
        ListColumn("source", _("Source"), _("Source"), ("source",), look.source, "p-2 nowrap", "source"),
        ListColumn("modules", _("Modules"), _("Modules"), ("module_bits",), look.modules, "p-3", "modules"),
        ListColumn("tags", _("Tags"), _("Tags"), ("tags_text",), look.tags, "p-3", "tags"),
        ListColumn(
            "joined", _("Joined"), _("Joined"), ("joined_at",), look.joined, "p-4 nowrap", "joined", True
        ),
        ListColumn(
            "orders",
            _("Orders"),
            _("Orders"),
            ("stats__receipts_count",),
            look.number,
            "end p-3",
            "orders",
            True,
        ),
        ListColumn(
            "revenue",
            _("Revenue"),
            _("Revenue"),
            ("stats__revenue_cents",),
            look.money,
            "end p-2",
            "revenue",
            True,
        ),
        ListColumn(
            "average",
            _("Average order value"),
            _("Avg. order value"),
            ("stats__revenue_cents", "stats__receipts_count"),
            look.average,
            _END,
            "average",
            True,
        ),
        ListColumn(
            "monthly",
            _("Monthly spend"),
            pgettext_lazy("short", "Monthly spend"),
            ("stats__revenue_cents", "stats__first_order_on"),
            look.monthly,
            "end p-2",
            "monthly",
            True,
        ),
        ListColumn(
            "last_order",
            _("Last order"),
            _("Last order"),
            ("stats__last_order_at", "stats__last_order_status", "stats__last_service_type"),
            look.last_order,
            "nowrap card-fact",
            "last_order",
            True,
        ),
        ListColumn(
            "last_status",
            _("Last order status"),
            _("Order status"),
            ("stats__last_order_status",),
            look.status,
            "p-4 nowrap",
            "last_status",
        ),
        ListColumn(
            "points", _("Points"), _("Points"), ("stats__points",), look.number, "end p-4", "points", True
        ),
        ListColumn(
            "earned_points",
            _("Earned points"),
            _("Earned points"),
            ("stats__earned_points",),
            look.number,
            "end p-4",
            "earned_points",
            True,
        ),
        ListColumn(
            "marketing",
            _("Marketing communications"),
            _("Marketing"),
            ("marketing_consent",),
            look.consent,
            "nowrap card-fact at-end",
            "marketing",
            True,
        ),
        ListColumn(
            "system",
            _("System notifications"),
            _("System"),
            ("system_consent",),
            look.consent,
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
class ListRow:
    """One customer of the list, ready for the template; the id is text, which needs no formatting."""

    pk: str
    name: str
    email: str
    initials: str
    hue: str
    is_active: bool
    cells: list[tuple[SafeString, SafeString]]


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


def make_rows(values: list[tuple], columns: list[ListColumn], formats: Formats) -> list[ListRow]:
    """Rows from tuples in the order of `lookups_of(columns)`."""
    places = {lookup: place for place, lookup in enumerate(lookups_of(columns))}
    plan = [
        (_opening(column), column.cell, [places[lookup] for lookup in column.lookups]) for column in columns
    ]
    return [_row(value, plan, formats) for value in values]


def _row(value: tuple, plan, formats) -> ListRow:
    pk, first_name, last_name, email, phone, is_active = value[: len(ROW_LOOKUPS)]
    name = f"{first_name} {last_name}".strip() or email or phones.international(phone)
    return ListRow(
        pk=str(pk),
        name=name,
        email=email,
        initials=initials(name),
        hue=str(hue(pk)),
        is_active=is_active,
        cells=[(opening, cell(formats, *[value[spot] for spot in spots])) for opening, cell, spots in plan],
    )


def _opening(column: ListColumn) -> SafeString:
    """The attributes of a column's cells, made once per page."""
    return format_html('class="{}" data-label="{}"', column.css, column.short)
