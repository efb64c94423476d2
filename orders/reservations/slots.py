"""Tables are held by the quarter of an hour. The database refuses a second holder, whoever comes when."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from orders.choices import HOLDING
from orders.models import DiningTable, Reservation, TableSlot
from orders.models.reservation import SLOT_MINUTES


class TableTaken(Exception):
    """Somebody else has this table at this time."""


def lock_tables(table_ids: Iterable[int | None]) -> None:
    """In ascending order: two who swap tables never wait for each other crosswise (TRUST I10)."""
    ids = {pk for pk in table_ids if pk}
    list(DiningTable.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values("pk"))


def hold(reservation: Reservation) -> None:
    """Take the slots of the reservation, and leave those it had; none while it holds no table.

    Its tables must be locked. Raises TableTaken; the transaction is to be given up then.
    """
    reservation.slots.all().delete()
    if reservation.table_id is None or reservation.state not in HOLDING:
        return
    rows = (
        TableSlot(table_id=reservation.table_id, starts_at=moment, reservation=reservation)
        for moment in quarters(reservation.starts_at, reservation.minutes)
    )
    try:
        with transaction.atomic():
            TableSlot.objects.bulk_create(rows)
    except IntegrityError:
        raise TableTaken from None


def quarters(starts_at: datetime, minutes: int) -> Iterator[datetime]:
    for passed in range(0, minutes, SLOT_MINUTES):
        yield starts_at + timedelta(minutes=passed)


def free_tables(location, starts_at: datetime, minutes: int, *, but: int | None = None) -> list[DiningTable]:
    """Tables of a location that nobody holds in that time; `but` is the reservation that asks."""
    taken = TableSlot.objects.filter(
        table__location=location,
        starts_at__gte=starts_at,
        starts_at__lt=starts_at + timedelta(minutes=minutes),
    ).exclude(reservation=but)
    tables = DiningTable.objects.filter(location=location, is_active=True)
    return list(tables.exclude(pk__in=taken.values("table")).order_by("seats", "name"))
