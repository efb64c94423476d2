"""The search for duplicates that goes along with what changes: every customer is looked at once after it."""

from contextlib import suppress
from datetime import timedelta
from time import monotonic

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from backoffice.staff.models import Organisation
from customers.candidates.finding import look_at
from customers.models import Customer, DuplicateSearch

AT_ONCE = 500
_SECONDS = 20  # of one call: other work wants its turn
# a change is seen when it is finished, not when it began
BEHIND = timedelta(seconds=60)


def find_duplicates_of_all() -> None:
    """Go on where each organisation's search has stopped; called from time to time."""
    ends_at = monotonic() + _SECONDS
    for organisation in Organisation.objects.order_by("pk"):
        with suppress(IntegrityError):  # one of them was merged or removed in the same moment: next time
            while monotonic() < ends_at and search_on(organisation):
                pass


@transaction.atomic
def search_on(organisation, *, at_once: int = AT_ONCE, until=None) -> bool:
    """Look at the next customers that changed; says whether there may be more."""
    DuplicateSearch.objects.get_or_create(organisation=organisation)
    lock = {"skip_locked": True} if connection.features.has_select_for_update_skip_locked else {}
    search = DuplicateSearch.objects.select_for_update(**lock).filter(organisation=organisation).first()
    if search is None:
        return False  # somebody else is at it
    customers = Customer.objects.of(organisation).filter(updated_at__lte=until or timezone.now() - BEHIND)
    if search.until is not None:
        later = Q(updated_at=search.until, pk__gt=search.last_id) | Q(updated_at__gt=search.until)
        customers = customers.filter(updated_at__gte=search.until).filter(later)
    rows = list(customers.order_by("updated_at", "pk").values_list("updated_at", "pk")[:at_once])
    if rows:
        look_at(organisation, [pk for _at, pk in rows])
        search.until, search.last_id = rows[-1]
    search.finished_at = search.finished_at if len(rows) == at_once else timezone.now()
    search.save()
    return len(rows) == at_once
