"""The days on which customers came: business days of completed receipts, and of reservations that were
seated. One query for any number of customers.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from backoffice.core.database.replica import reading_connection
from customers.rhythm import MOST_GAPS, YEAR, VisitHistory

_DAYS = """
SELECT customer_id, placed_on AS day FROM orders_order
 WHERE customer_id IN ({ids}) AND status = 'completed'
UNION
SELECT customer_id, starts_on AS day FROM orders_reservation
 WHERE customer_id IN ({ids}) AND state IN ('seated', 'done')
"""
# The last visits make the rhythm, those of a year the degree; nothing else is read out.
_LAST_DAYS = f"""
SELECT customer_id, day FROM (
  SELECT customer_id, day, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY day DESC) AS place
    FROM ({_DAYS}) AS days
) AS numbered WHERE place <= {MOST_GAPS + 1} OR day > %s ORDER BY customer_id, day
"""  # noqa: S608

_SAMPLE = 1_000  # customers whose first two visits tell what is typical
_FIRST_GAPS = """
SELECT customer_id, MIN(placed_on), MAX(placed_on) FROM (
  SELECT customer_id, placed_on, DENSE_RANK() OVER (PARTITION BY customer_id ORDER BY placed_on) AS place
    FROM orders_order WHERE status = 'completed' AND customer_id IN (
      SELECT customer_id FROM customers_customerstats
       WHERE organisation_id = %s AND receipts_count >= 2 LIMIT %s
    )
) AS placed WHERE place <= 2 GROUP BY customer_id HAVING MIN(placed_on) < MAX(placed_on)
"""


def visit_histories(
    organisation, customer_ids: Iterable[int], *, today: date, before: date | None = None
) -> dict[int, VisitHistory]:
    """By customer, for every id asked for. `before` leaves out the visits of that day and later ones: whoever
    sits at the table now is judged by the visits before."""
    return {
        pk: VisitHistory([day for day in found if before is None or day < before], organisation, today)
        for pk, found in _days_of(customer_ids, today).items()
    }


def _days_of(customer_ids: Iterable[int], today: date) -> dict[int, list[date]]:
    """Ascending, by customer: the last that make the rhythm, and at least all of the last year."""
    ids = sorted(set(customer_ids))
    days: dict[int, list[date]] = {pk: [] for pk in ids}
    if ids:
        sql = _LAST_DAYS.format(ids=", ".join(["%s"] * len(ids)))
        with reading_connection().cursor() as cursor:
            cursor.execute(sql, [*ids, *ids, today - timedelta(days=YEAR)])
            for pk, day in cursor.fetchall():
                days[pk].append(_day(day))
    return days


def first_gaps(organisation) -> list[int]:
    """Days from the first to the second visit of some customers who came back."""
    with reading_connection().cursor() as cursor:
        cursor.execute(_FIRST_GAPS, [organisation.pk, _SAMPLE])
        return [(_day(second) - _day(first)).days for _pk, first, second in cursor.fetchall()]


def _day(value) -> date:
    """SQLite tells days as text."""
    if isinstance(value, datetime):
        return value.date()
    return date.fromisoformat(value) if isinstance(value, str) else value
