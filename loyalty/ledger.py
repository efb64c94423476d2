"""Points that change without an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from backoffice.core.database.bulk import insert_rows
from customers.figures import FigureChanges, changing_statistics
from customers.locks import lock_customers
from loyalty.models import PointsEntry
from loyalty.models.points_entry import PointsKind


class NotEnoughPoints(Exception):
    """A balance would fall below zero."""


@dataclass(frozen=True, slots=True)
class PointsLine:
    """A line to be: `points` is signed as in the ledger; `occurred_at` is aware."""

    customer_id: int
    kind: str
    points: int
    occurred_at: datetime
    actor_id: int | None = None


_COLUMNS = ("customer_id", "kind", "points", "actor_id", "occurred_at")


@transaction.atomic
def add_lines(organisation, lines: Sequence[PointsLine]) -> int:
    """Add lines to the ledger of one organisation's customers and to their balances; returns how many.

    All or nothing: raises NotEnoughPoints when one balance would end below zero, and ValueError
    for a customer of another organisation. Writes no activity: the import that calls it is logged as one.
    """
    changes = FigureChanges(organisation)
    customers = lock_customers(organisation, {line.customer_id for line in lines})
    with changing_statistics(organisation, customers, changes) as by_id:
        for line in lines:
            if line.customer_id not in by_id:
                raise ValueError("This customer belongs to another organisation.")
            stats = by_id[line.customer_id].stats
            stats.points += line.points
            if line.kind in (PointsKind.EARNED, PointsKind.REVERSED):
                stats.earned_points += line.points
        if any(customer.stats.points < 0 for customer in customers):
            raise NotEnoughPoints
    rows = [tuple(getattr(line, name) for name in _COLUMNS) for line in lines]
    insert_rows(PointsEntry, _COLUMNS, rows)
    changes.write()
    return len(lines)
