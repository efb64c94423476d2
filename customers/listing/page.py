"""What the list page shows besides its rows: tabs, chips, tiles, sort links. Made from the address."""

from django.utils.translation import gettext as _

from backoffice.core.pages.lists import (
    Address,
    Chip,
    FilterField,
    Heading,
    filter_field,
    filter_value,
    heading,
)
from backoffice.core.text.formats import Formats
from customers.choices import Source
from customers.listing.choice_counts import count_choices
from customers.listing.columns import COLUMNS, ListColumn
from customers.listing.filters import IMPORT, LAST_ORDER, STATUS, YES_NO, CustomerFilterSet
from customers.listing.search import Count, Order
from customers.listing.state import ListState

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
        (name, str(fields[name].label), filter_value(fields[name], value, formats))
        for name, value in state.filters.items()
    ]


def filter_fields(state: ListState, formats: Formats) -> list[FilterField]:
    """The status and every filter that a person chooses in a form, with what the address has for it."""
    counts = {
        name: {value: formats.number(count) for value, count in counted.items()}
        for name, counted in count_choices(state).items()
    }
    form = state.filterset.form
    status = FilterField("status", _("Status"), "select", STATUS, [state.status], counts["status"])
    fields = [
        filter_field(name, field, state.filterset.data, counts.get(name))
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
