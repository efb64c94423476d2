"""Points whose day has passed: they expire, and can be given back for a range of days."""

from collections import defaultdict
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.audit.services import audit
from backoffice.core.text.periods import day_start, local_day
from backoffice.staff.models import Organisation
from customers.figures import FigureChanges, changing_statistics
from customers.locks import lock_customers
from loyalty.models import PointsEntry, PointsLot
from loyalty.models.points_entry import PointsKind
from loyalty.points import lots
from loyalty.points.ledger import PointsLine, add_lines, write_lines

BATCH = 300  # customers a transaction


class DayHasPassed(ValueError):
    """Points that are given back until a day that is over would expire again at once."""

    def __str__(self):
        return str(_("Choose a day that is yet to come, or the points would expire again at once."))


def expire_points() -> None:
    """Hourly: write an expired line for everybody who has points whose last day is over, the oldest first.

    The day is that of the organisation. Called twice, it changes nothing.
    """
    for organisation in Organisation.objects.all():
        while _expire_some(organisation, local_day(timezone.now(), organisation.tz)):
            pass


def _expire_some(organisation, today: date) -> int:
    due = PointsLot.objects.filter(
        expires_on__lt=today, left__gt=0, customer__organisation=organisation
    ).order_by("customer_id")
    ids = list(due.values_list("customer_id", flat=True).distinct()[:BATCH])
    if ids:
        _expire(organisation, ids, today)
    return len(ids)


@transaction.atomic
def _expire(organisation, customer_ids: list[int], today: date) -> None:
    changes, now = FigureChanges(organisation), timezone.now()
    customers = lock_customers(organisation, customer_ids)
    with changing_statistics(organisation, customers, changes) as by_id:
        lines = []
        for customer_id, open_lots in lots.of_customers(by_id).items():
            # what expired is what stands in front: a debit takes it without being told
            points = sum(lot.left for lot in open_lots if lot.expires_on < today)
            if points:
                lines.append(PointsLine(customer_id, PointsKind.EXPIRED, -points, now))
        write_lines(by_id, lines)
    changes.write()


def give_back_expired(organisation, *, first: date, last: date, until: date, reason: str, actor) -> int:
    """Give back what expired from `first` to `last`, days of the organisation, both included; how many
    points. Each line once; the points count until `until` in the lots they came from.

    Raises DayHasPassed. A batch is complete or absent; called again, it goes on with what is left.
    """
    if until < local_day(timezone.now(), organisation.tz):
        raise DayHasPassed
    total = 0
    while entries := list(_expired(organisation, first, last)[:BATCH]):
        total += _give_back(organisation, entries, until, reason, actor)
    audit(
        action="points.given_back", subject=organisation, organisation=organisation, actor=actor, points=total
    )
    return total


def _expired(organisation, first: date, last: date):
    """Expired lines of those days that nobody has given back yet."""
    tz = organisation.tz
    begin, end = day_start(first, tz), day_start(last + timedelta(days=1), tz)
    undone = PointsEntry.objects.filter(undoes=OuterRef("pk"))
    entries = PointsEntry.objects.filter(
        ~Exists(undone),
        kind=PointsKind.EXPIRED,
        occurred_at__gte=begin,
        occurred_at__lt=end,
        customer__organisation=organisation,
    )
    return entries.order_by("pk")


@transaction.atomic
def _give_back(organisation, entries: list[PointsEntry], until: date, reason: str, actor) -> int:
    lock_customers(organisation, {entry.customer_id for entry in entries})
    done = set(PointsEntry.objects.filter(undoes__in=entries).values_list("undoes_id", flat=True))
    entries = [entry for entry in entries if entry.pk not in done]
    taken, now = defaultdict(tuple), timezone.now()
    for entry in entries:
        taken[entry.pk] = lots.taken_by(entry.pk)
    lot_ids = [lot for parts in taken.values() for lot, _points in parts]
    PointsLot.objects.filter(pk__in=lot_ids, expires_on__lt=until).update(expires_on=until)
    lines = [
        PointsLine(
            entry.customer_id,
            PointsKind.RELEASED,
            -entry.points,
            now,
            actor_id=actor and actor.pk,
            reason=reason,
            undoes_id=entry.pk,
            gives_back=taken[entry.pk],
        )
        for entry in entries
    ]
    add_lines(organisation, lines)
    return sum(line.points for line in lines)
