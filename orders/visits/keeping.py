"""The columns of CustomerStats that follow from visits: kept with each order, and said anew where time alone
changes them."""

from collections.abc import Iterable, Iterator
from datetime import date
from operator import attrgetter
from statistics import median

from django.db import transaction
from django.utils import timezone

from backoffice.core.database.bulk import update_rows
from backoffice.core.text.periods import local_day
from backoffice.staff.models import Organisation
from customers.locks import lock_customers
from customers.models import Customer, CustomerStats
from customers.models.stats import VISIT_COLUMNS
from customers.rhythm import OWN_RHYTHM_VISITS, set_visits
from orders.visits.history import first_gaps, visit_histories

_kept = attrgetter(*VISIT_COLUMNS)
_CHUNK = 500


def keep_visits(organisation, customers: Iterable[Customer]) -> None:
    """Set these columns of `.stats`, which the caller stores; inside `changing_statistics`. One query."""
    by_id = {customer.pk: customer for customer in customers}
    for pk, history in visit_histories(organisation, by_id, today=_today(organisation)).items():
        set_visits(by_id[pk].stats, history)


@transaction.atomic
def rebuild_visits(organisation, customer_ids: Iterable[int]) -> int:
    """Read the visits of customers and store what follows; says for how many it was something else."""
    ids = sorted(set(customer_ids))
    lock_customers(organisation, ids)
    changed = []
    for stats, history in _with_histories(organisation, ids):
        before = _kept(stats)
        set_visits(stats, history)
        if _kept(stats) != before:
            changed.append((stats.pk, *_kept(stats)))
    update_rows(CustomerStats, ("customer_id", *VISIT_COLUMNS), changed)
    return len(changed)


def mark_visits_due(customer_ids: Iterable[int | None]) -> None:
    """Have their visits read anew within a minute: for those whose rows are not locked now."""
    CustomerStats.objects.filter(pk__in={*customer_ids} - {None}).update(rhythm_due_on=date.min)


def refresh_due() -> None:
    """Every minute: say anew what the day has changed, found by its index."""
    for organisation in Organisation.objects.all():
        due = CustomerStats.objects.filter(organisation=organisation, rhythm_due_on__lte=_today(organisation))
        while ids := list(due.order_by("rhythm_due_on", "pk").values_list("pk", flat=True)[:_CHUNK]):
            rebuild_visits(organisation, ids)


def measure_typical_days() -> None:
    """Hourly: the organisation's median from first to second visit, of some customers. Who is judged by it is
    read anew when it has changed."""
    for organisation in Organisation.objects.all():
        gaps = first_gaps(organisation)
        typical, before = max(1, round(median(gaps))) if gaps else None, organisation.typical_days
        if typical and typical != before:
            Organisation.objects.filter(pk=organisation.pk).update(typical_days=typical)
            judged = CustomerStats.objects.filter(organisation=organisation, rhythm_days=before)
            judged.update(rhythm_due_on=date.min)


def visit_problems(organisation) -> Iterator[str]:
    """One sentence per customer whose kept visits are not what receipts and reservations say."""
    for chunk in _chunks(organisation):
        yield from _problems_of(organisation, chunk)


def rebuild_all_visits(organisation) -> None:
    for chunk in _chunks(organisation):
        rebuild_visits(organisation, chunk)


def _chunks(organisation) -> Iterator[list[int]]:
    """The ids of all customers."""
    ids, last = Customer.objects.of(organisation).order_by("pk").values_list("pk", flat=True), 0
    while chunk := list(ids.filter(pk__gt=last)[:_CHUNK]):
        yield chunk
        last = chunk[-1]


def _problems_of(organisation, ids: list[int]) -> Iterator[str]:
    for stats, history in _with_histories(organisation, ids):
        if stats.rhythm_due_on and stats.rhythm_due_on <= history.today:
            continue  # about to be read
        if len(history.days) < OWN_RHYTHM_VISITS and stats.rhythm_days != organisation.typical_days:
            continue  # judged by what was usual when it was written, until its day comes
        stored = _kept(stats)
        set_visits(stats, history)
        for name, is_now, must_be in zip(VISIT_COLUMNS, stored, _kept(stats), strict=True):
            if is_now != must_be:
                yield f"I3 customer {stats.pk}: {name} is {is_now}, must be {must_be}"


def _with_histories(organisation, ids: list[int]):
    histories = visit_histories(organisation, ids, today=_today(organisation))
    stats = CustomerStats.objects.filter(organisation=organisation, pk__in=ids).order_by("pk")
    return ((one, histories[one.pk]) for one in stats)


def _today(organisation) -> date:
    return local_day(timezone.now(), organisation.tz)
