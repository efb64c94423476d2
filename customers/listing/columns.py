"""The columns of the customer list, made from the table of fields.

Cells are made once per value; templates only place them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.core.text import phones
from backoffice.core.text.formats import Formats
from customers.field_kinds import Field
from customers.fields import FIELDS
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
    first_descending: bool = False


def _column(field: Field) -> ListColumn:
    listed = field.listed
    return ListColumn(
        field.code,
        listed.label or field.label,
        field.short,
        listed.paths or field.paths,
        look.CELLS[field.kind],
        listed.css,
        listed.first_descending,
    )


COLUMNS = {field.code: _column(field) for field in FIELDS if field.listed}
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
# what every row reads whatever its columns: the key first, see search.fetch_page
ROW_LOOKUPS = ("pk", "first_name", "last_name", "email", "phone", "picture", "is_active", "stats__degree")


@dataclass(frozen=True)
class ListRow:
    """One customer of the list; `cells` is the whole row as HTML, so that the template only places it."""

    pk: int
    name: str
    cells: SafeString


def chosen_columns(names: list[str], sorted_by: str = "") -> list[ListColumn]:
    """The columns a person has chosen, unknown names left out; the default without a choice.

    Default columns step back on narrow screens, but for the one that sorts. Chosen ones stay, on phones too.
    """
    chosen = [_staying(COLUMNS[name]) for name in names if name in COLUMNS]
    usual = [COLUMNS[name] for name in DEFAULT_COLUMNS]
    return chosen or [_staying(column) if column.name == sorted_by else column for column in usual]


def _staying(column: ListColumn) -> ListColumn:
    kept = [name for name in column.css.split() if not name.startswith("p-") and name != "card-fact"]
    return replace(column, css=" ".join([*kept, "card-fact"]))


def lookups_of(columns: list[ListColumn]) -> tuple[str, ...]:
    """ROW_LOOKUPS and what the columns need, each once."""
    return tuple(dict.fromkeys(ROW_LOOKUPS + tuple(name for column in columns for name in column.lookups)))


def make_rows(
    values: list[tuple], columns: list[ListColumn], formats: Formats, *, may_select: bool = False
) -> list[ListRow]:
    """Rows from tuples in the order of `lookups_of(columns)`; `may_select` gives each a box to tick."""
    places = {lookup: place for place, lookup in enumerate(lookups_of(columns))}
    plan = [
        (_opening(column), column.cell, [places[lookup] for lookup in column.lookups]) for column in columns
    ]
    # where the column of phones steps back, the number stands below the name
    has_phone = any(column is COLUMNS["phone"] for column in columns)
    words = look.row_words(formats.language)
    return [_row(value, plan, formats, words, may_select, has_phone) for value in values]


def _row(value: tuple, plan, formats, words: look.RowWords, may_select: bool, has_phone: bool) -> ListRow:
    pk, first_name, last_name, email, phone, picture, is_active, degree = value[: len(ROW_LOOKUPS)]
    name = f"{first_name} {last_name}".strip() or email or phones.international(phone)
    cells = [
        f"<td{opening}>{cell(formats, *[value[spot] for spot in spots])}</td>"
        for opening, cell, spots in plan
    ]
    customer = look.Who(pk, name, email, phone if has_phone else "", picture, is_active, degree)
    # a template that looked each of them up would take longer than all else on the page
    html = "".join(
        [
            look.select(pk, name, words) if may_select else look.NO_SELECT,
            look.who(customer, words),
            *cells,
            look.dots(pk, name, is_active, words),
        ]
    )
    return ListRow(pk, name, SafeString(html))


def _opening(column: ListColumn) -> SafeString:
    """The attributes of a column's cells, made once per page."""
    return format_html(' role="cell" class="{}" data-label="{}"', column.css, column.short)
