"""The lines of both customers, newest first."""

from dataclasses import dataclass

from django.db.models import F, Q

from backoffice.core.text.formats import Formats
from customers.extensions import Panel
from orders.models import CustomerSplit

_MOST = 10


@dataclass(frozen=True)
class ShownSplit:
    """`other` is the customer at the other end; `until` is empty when it can no longer be undone."""

    pk: int
    count: int
    is_giver: bool
    other: object
    day: str
    until: str


def splits_of(customer, formats: Formats) -> Panel:
    """Those that were not undone, newest first. One query."""
    found = CustomerSplit.objects.filter(Q(giver=customer) | Q(taker=customer), undone_at=None)
    found = found.exclude(giver=F("taker"))  # both are one by now
    found = found.select_related("giver", "taker").order_by("-split_at", "-pk")[:_MOST]
    return Panel("orders/splits/_panel.html", [_shown(one, customer, formats) for one in found])


def _shown(split: CustomerSplit, customer, formats: Formats) -> ShownSplit:
    is_giver = split.giver_id == customer.pk
    return ShownSplit(
        pk=split.pk,
        count=len(split.orders),
        is_giver=is_giver,
        other=split.taker if is_giver else split.giver,
        day=formats.day(formats.local(split.split_at).date()),
        until=formats.day(formats.local(split.undo_until).date()) if split.can_be_undone else "",
    )
