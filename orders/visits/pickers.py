"""Who may be meant by what is typed: customers to choose from while a reservation or an order is written."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from backoffice.core.text.formats import Formats
from backoffice.core.text.phones import international, normalise_phone
from customers.listing import find_matches
from customers.models import Customer
from customers.rhythm import VisitHistory
from orders.visits.history import visit_histories

SHOWN = 5
SHORTEST = 2  # letters


@dataclass(frozen=True)
class Hit:
    """A customer to choose; `last` is the day of the last visit as text, empty without one."""

    customer: Customer
    history: VisitHistory
    phone: str
    last: str


def find_customers(organisation, name: str, phone: str) -> list[Customer]:
    """Active customers with this phone, else those whose name fits, whoever came most often first."""
    known = Customer.objects.of(organisation).active()
    query = _whole_number(phone, organisation.country) or name.strip()
    if len(query) < SHORTEST:
        return []
    matches = find_matches(organisation, known, query, is_active=True, has_filters=False)
    if not matches.ids:  # none, or too many to choose from
        return []
    chosen = known.filter(pk__in=matches.ids).select_related("stats")
    return list(chosen.order_by("-stats__receipts_count", "sort_name", "pk")[:SHOWN])


def _whole_number(phone: str, region: str) -> str:
    try:
        return normalise_phone(phone[:100], region) if phone.strip() else ""
    except ValidationError:
        return ""


def hits(organisation, customers: list[Customer], today: date, formats: Formats) -> list[Hit]:
    histories = visit_histories(organisation, [one.pk for one in customers], today=today)
    return [
        Hit(one, histories[one.pk], international(one.phone), formats.day(histories[one.pk].last_on))
        for one in customers
    ]
