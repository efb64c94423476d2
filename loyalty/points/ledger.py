"""Lines of the points ledger, with what they do to balances and lots."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from backoffice.core.database.bulk import insert_rows, reserve_ids
from customers.figures import FigureChanges, changing_statistics
from customers.locks import lock_standing
from customers.models import Customer
from loyalty.models import PointsEntry, PointsLot
from loyalty.models.points_entry import EARNING
from loyalty.points import lots


class NotEnoughPoints(Exception):
    """A balance would fall below zero."""


@dataclass(frozen=True, slots=True)
class PointsLine:
    """A line to be: `points` is signed as in the ledger; `occurred_at` is aware.

    `expires_on` makes a lot of a credit. `takes_first` are the ids of lots that a debit takes before all
    others, `gives_back` how many points a credit puts back into which lots, by id.
    """

    customer_id: int
    kind: str
    points: int
    occurred_at: datetime
    actor_id: int | None = None
    order_id: int | None = None
    reason: str = ""
    undoes_id: int | None = None
    refund_id: int | None = None
    expires_on: date | None = None
    takes_first: tuple[int, ...] = ()
    gives_back: tuple[tuple[int, int], ...] = ()


_COLUMNS = (
    *(
        "customer_id",
        "kind",
        "points",
        "occurred_at",
        "actor_id",
        "order_id",
        "reason",
        "undoes_id",
        "refund_id",
    ),
)
_LOT_COLUMNS = ("customer_id", "entry_id", "expires_on", "points", "left")


@transaction.atomic
def add_lines(organisation, lines: Sequence[PointsLine]) -> int:
    """Add lines to the ledger of one organisation's customers and to their balances; returns how many.

    Who was merged meanwhile is the survivor. All or nothing: raises NotEnoughPoints when one balance would
    end below zero, and ValueError for a customer of another organisation. Writes no activity: what calls it
    is logged as one.
    """
    changes = FigureChanges(organisation)
    standing = lock_standing(organisation, {line.customer_id for line in lines})
    lines = [_of_survivor(line, standing) for line in lines]
    customers = {customer.pk: customer for customer in standing.values()}
    with changing_statistics(organisation, customers.values(), changes) as by_id:
        write_lines(by_id, lines)
    changes.write()
    return len(lines)


def _of_survivor(line: PointsLine, standing: dict[int, Customer]) -> PointsLine:
    customer = standing.get(line.customer_id)
    is_same = customer is None or customer.pk == line.customer_id
    return line if is_same else replace(line, customer_id=customer.pk)


def write_lines(customers: dict[int, Customer], lines: Sequence[PointsLine]) -> None:
    """As `add_lines`, for customers who are locked and inside `changing_statistics`, by id."""
    for line in lines:
        if line.customer_id not in customers:
            raise ValueError("This customer belongs to another organisation.")
        stats = customers[line.customer_id].stats
        stats.points += line.points
        if line.kind in EARNING:
            stats.earned_points += line.points
    if any(customers[line.customer_id].stats.points < 0 for line in lines):
        raise NotEnoughPoints
    _insert(lines)


def _insert(lines: Sequence[PointsLine]) -> None:
    """Entries first, then the lots they open, then what debits take and credits put back."""
    if not lines:
        return
    debtors = {line.customer_id for line in lines if line.points < 0}
    open_lots = lots.of_customers(debtors)
    if not open_lots and not any(line.expires_on or line.gives_back for line in lines):
        insert_rows(PointsEntry, _COLUMNS, [_row(line) for line in lines])
        return
    ids = reserve_ids(PointsEntry, len(lines))
    pairs = list(zip(ids, lines, strict=True))
    insert_rows(PointsEntry, ("id", *_COLUMNS), [(pk, *_row(line)) for pk, line in pairs])
    opened = [(pk, line) for pk, line in pairs if line.expires_on]
    rows = [(line.customer_id, pk, line.expires_on, line.points, line.points) for pk, line in opened]
    insert_rows(PointsLot, _LOT_COLUMNS, rows)
    taken = defaultdict(dict)
    for pk, line in pairs:
        if line.points < 0:
            taken[pk] = lots.take(open_lots[line.customer_id], -line.points, line.takes_first)
        for lot_id, points in line.gives_back:
            taken[pk][lot_id] = -points
    lots.write_uses(taken)


def _row(line: PointsLine) -> tuple:
    return tuple(getattr(line, name) for name in _COLUMNS)
