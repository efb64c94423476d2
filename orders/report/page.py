"""What the report shows besides figures and receipts: chips, filters, heads."""

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
from orders.choices import ServiceType
from orders.report.filters import CUSTOMER, STATUSES, ReceiptFilterSet
from orders.report.state import ReportState

QUICK_FILTERS = ("location", "source", "service", "status")
DIALOG_FILTERS = tuple(name for name in ReceiptFilterSet.base_filters if name != CUSTOMER)


def chips(state: ReportState, address: Address, formats: Formats) -> list[Chip]:
    """One per filter that is set; the period is always set and has a menu of its own."""
    if not state.filters:
        return []
    fields = state.filterset.form.fields
    return [
        Chip(str(fields[name].label), filter_value(fields[name], value, formats), address.without(name))
        for name, value in state.filters.items()
    ]


def quick_filters(state: ReportState, locations) -> list[FilterField]:
    choices = {
        "location": [(str(place.pk), place.name) for place in locations],
        "source": Source.choices,
        "service": ServiceType.choices,
        "status": STATUSES,
    }
    shown = [
        name for name in QUICK_FILTERS if name != "location" or (len(locations) > 1 and not state.location)
    ]
    return [
        FilterField(
            name,
            str(ReceiptFilterSet.base_filters[name].label),
            "select" if name == "status" else "checks",
            [(str(value), str(label)) for value, label in choices[name]],
            state.data.getlist(name),
        )
        for name in shown
    ]


def filter_fields(state: ReportState) -> list[FilterField]:
    """Every filter that a person chooses in the dialog."""
    form = state.filterset.form
    return [filter_field(name, field, state.data) for name, field in form.fields.items() if name != CUSTOMER]


def headings(state: ReportState, address: Address) -> list[Heading]:
    columns = (
        ("placed", _("Receipt"), "", True),
        ("customer", _("Customer"), "", False),
        ("location", _("Location"), "p-2", False),
        ("service", _("Type"), "", False),
        ("source", _("Source"), "p-3", False),
        ("status", _("Status"), "", False),
        ("tip", _("Tip"), "end", True),
        ("total", _("Amount"), "end", True),
    )
    return [
        heading(name, label, state.order, address, css=css, first_descending=down)
        for name, label, css, down in columns
        if name != "customer" or state.organisation.collects_customers
    ]
