"""What the list page shows besides its rows: tabs, chips, tiles, sort links. Made from the address."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backoffice.core.pages.lists import Address, Chip, Heading, heading
from backoffice.core.text.formats import Formats
from customers.choices import Source
from customers.listing.choice_counts import count_choices
from customers.listing.columns import COLUMNS, ListColumn
from customers.listing.filters import IMPORT, LAST_ORDER, STATUS, YES_NO, CustomerFilterSet
from customers.listing.search import Count, Order
from customers.listing.state import ListState

MOST_CHECKS = 24
QUICK_FILTERS = ("source", "marketing", "tag", "last_order")


def chips(state: ListState, address: Address, formats: Formats) -> list[Chip]:
    """One chip per set filter; several values of one filter stand in one chip."""
    return [Chip(label, text, address.without(name)) for name, label, text in filter_words(state, formats)]


def filter_words(state: ListState, formats: Formats) -> list[tuple[str, str, str]]:
    """The filters that are set, as (name, label, value in words)."""
    if not state.filters:
        return []
    fields = state.filterset.form.fields
    return [
        (name, str(fields[name].label), _words(fields[name], value, formats))
        for name, value in state.filters.items()
    ]


def _words(field, value, formats) -> str:
    choices = {str(key): str(text) for key, text in getattr(field, "choices", [])}
    if isinstance(value, (list, tuple)):
        return ", ".join(choices.get(str(one), str(one)) for one in value)
    if str(value) in choices:
        return choices[str(value)]
    if hasattr(value, "year"):
        return formats.day(value)
    if type(field).__name__ == "MoneyField":
        return formats.money(value)
    return formats.number(value)


@dataclass(frozen=True)
class FilterField:
    """One filter as the page asks for it. `kind`: checks, select, date, count or money. `counts` are
    customers by choice, where they are known."""

    name: str
    label: str
    kind: str
    choices: list[tuple[str, str]]
    values: list[str]
    counts: dict[str, str] | None = None

    @property
    def input_type(self) -> str:
        return "radio" if self.kind == "select" else "checkbox"

    @property
    def counted_choices(self) -> list[tuple[str, str, str]]:
        """As (value, label, number of customers); a long select does not say 0 all along."""
        counts, other = self.counts or {}, "0" if self.kind == "checks" and self.counts is not None else ""
        return [(value, label, counts.get(value, other)) for value, label in self.choices]

    @property
    def ticks(self) -> SafeString:
        """The lines of a small menu, none of them ticked."""
        return _ticks(self.name, self.input_type, tuple(self.choices))


@lru_cache(maxsize=200)
def _ticks(name: str, input_type: str, choices: tuple[tuple[str, str], ...]) -> SafeString:
    """Made once per set of choices: every page of the list has four such menus."""
    line = '<label class="menu-item"><input class="tick" type="{}" name="{}" value="{}">{}</label>'
    return format_html_join("\n", line, ((input_type, name, value, label) for value, label in choices))


def filter_fields(state: ListState, formats: Formats) -> list[FilterField]:
    """The status and every filter that a person chooses in a form, with what the address has for it."""
    counts = {
        name: {value: formats.number(count) for value, count in counted.items()}
        for name, counted in count_choices(state).items()
    }
    form = state.filterset.form
    status = FilterField("status", _("Status"), "select", STATUS, [state.status], counts["status"])
    fields = [
        _filter_field(name, field, state, counts.get(name))
        for name, field in form.fields.items()
        if name != IMPORT
    ]
    return [status, *fields]


def quick_filters(state: ListState) -> list[FilterField]:
    """The four that stand beside the search box; made without the form, which most pages do not need."""
    choices = {
        "source": Source.choices,
        "marketing": YES_NO,
        "tag": [(tag.name, tag.name) for tag in state.tags],
        "last_order": LAST_ORDER,
    }
    return [
        FilterField(
            name,
            str(CustomerFilterSet.base_filters[name].label),
            "checks" if name in ("source", "tag") else "select",
            [(value, str(label)) for value, label in choices[name]],
            state.data.getlist(name),
        )
        for name in QUICK_FILTERS
    ]


def _filter_field(name, field, state, counts) -> FilterField:
    choices = [(str(value), str(label)) for value, label in getattr(field, "choices", []) if value != ""]
    if choices or hasattr(field, "choices"):
        is_short_list = hasattr(field.widget, "allow_multiple_selected") and len(choices) <= MOST_CHECKS
        kind = "checks" if is_short_list and field.widget.allow_multiple_selected else "select"
    else:
        kind = {"MoneyField": "money", "CountField": "count"}.get(type(field).__name__, "date")
    data = state.filterset.data
    return FilterField(name, str(field.label), kind, choices, data.getlist(name) if data else [], counts)


def sort_headings(order: Order, address: Address) -> list[Heading]:
    """Every sort there is, for the phone's menu."""
    return [name_heading(order, address), *headings(list(COLUMNS.values()), order, address)]


def headings(columns: list[ListColumn], order: Order, address: Address) -> list[Heading]:
    return [_heading(column, order, address) for column in columns]


def name_heading(order: Order, address: Address) -> Heading:
    return heading("name", _("Customer"), order, address)


def _heading(column: ListColumn, order: Order, address: Address) -> Heading:
    css = column.css.replace("card-fact", "").replace("at-end", "").strip()
    return heading(
        column.name,
        column.short,
        order,
        address,
        title=column.label,
        css=css,
        first_descending=column.first_descending,
    )


def result_text(count: Count, formats: Formats) -> str:
    """How many customers fit, for the line above a filtered table."""
    number = formats.number(count.value)
    if count.is_capped:
        return _("More than %(number)s customers") % {"number": number}
    if count.value == 1:
        return _("1 customer")
    return _("%(number)s customers") % {"number": number}
