"""The days on which customers came: business days of completed receipts, and of reservations that were
seated. One query for any number of customers, and one that is answered once a day (`typical_days`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.core.cache import cache

from backoffice.core.database.replica import reading_connection
from orders.visits.rhythm import MOST_GAPS, YEAR, Degree, Risk, degree_of, rhythm_of, risk_of

DEFAULT_TYPICAL = 30  # days, while nobody has come twice
_SAMPLE = 1_000  # customers whose first two visits tell what is typical
_KEPT_SECONDS = 24 * 3600
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
_VISITS = f"""
SELECT customer_id, COUNT(*) FROM ({_DAYS}) AS days WHERE day > %s GROUP BY customer_id
"""  # noqa: S608
_FIRST_GAPS = """
SELECT customer_id, MIN(placed_on), MAX(placed_on) FROM (
  SELECT customer_id, placed_on, DENSE_RANK() OVER (PARTITION BY customer_id ORDER BY placed_on) AS place
    FROM orders_order WHERE status = 'completed' AND customer_id IN (
      SELECT customer_id FROM customers_customerstats
       WHERE organisation_id = %s AND receipts_count >= 2 LIMIT %s
    )
) AS placed WHERE place <= 2 GROUP BY customer_id HAVING MIN(placed_on) < MAX(placed_on)
"""


@dataclass(frozen=True)
class VisitHistory:
    """What a customer's visits say on `today`; `days` ascending, all of the last year and the last 13."""

    days: tuple[date, ...]
    typical_days: int
    today: date

    @property
    def visits(self) -> int:
        """Visits in the last 12 months."""
        return sum(day > self.today - timedelta(days=YEAR) for day in self.days)

    @property
    def degree(self) -> Degree | None:
        return degree_of(self.visits)

    @property
    def rhythm_days(self) -> int | None:
        return rhythm_of(self.days, self.typical_days)

    @property
    def risk(self) -> Risk | None:
        return risk_of(self.days, self.typical_days, self.today)

    @property
    def last_on(self) -> date | None:
        return self.days[-1] if self.days else None

    @property
    def days_since(self) -> int | None:
        return (self.today - self.days[-1]).days if self.days else None

    @property
    def expected_on(self) -> date | None:
        return self.last_on + timedelta(days=self.rhythm_days) if self.days else None


def visit_histories(
    organisation, customer_ids: Iterable[int], *, today: date, before: date | None = None
) -> dict[int, VisitHistory]:
    """By customer, for every id asked for. `before` leaves out the visits of that day and later ones: whoever
    sits at the table now is judged by the visits before."""
    typical = typical_days(organisation, today)
    days = _days_of(customer_ids, today)
    return {
        pk: VisitHistory(tuple(day for day in found if before is None or day < before), typical, today)
        for pk, found in days.items()
    }


def degrees_of(customer_ids: Iterable[int], *, today: date) -> dict[int, Degree | None]:
    """By customer, for every id asked for, from the visits of a year alone. One query."""
    ids = sorted(set(customer_ids))
    visits = dict(_of_a_year(_VISITS, ids, today))
    return {pk: degree_of(visits.get(pk, 0)) for pk in ids}


def _days_of(customer_ids: Iterable[int], today: date) -> dict[int, list[date]]:
    ids = sorted(set(customer_ids))
    days: dict[int, list[date]] = {pk: [] for pk in ids}
    for pk, day in _of_a_year(_LAST_DAYS, ids, today):
        days[pk].append(_day(day))
    return days


def _of_a_year(sql: str, ids: list[int], today: date) -> list[tuple]:
    """The rows of a statement over the days of these customers, at least those after a year ago."""
    if not ids:
        return []
    with reading_connection().cursor() as cursor:
        cursor.execute(
            sql.format(ids=", ".join(["%s"] * len(ids))), [*ids, *ids, today - timedelta(days=YEAR)]
        )
        return cursor.fetchall()


def typical_days(organisation, today: date) -> int:
    """The organisation's median of days from first to second visit, of some customers; kept for a day."""
    key = f"typical-days-{organisation.pk}-{today.isoformat()}"
    kept = cache.get(key)
    if kept is None:
        kept = _typical_days(organisation)
        cache.set(key, kept, _KEPT_SECONDS)
    return kept


def _typical_days(organisation) -> int:
    with reading_connection().cursor() as cursor:
        cursor.execute(_FIRST_GAPS, [organisation.pk, _SAMPLE])
        gaps = [(_day(second) - _day(first)).days for _pk, first, second in cursor.fetchall()]
    return max(1, round(median(gaps))) if gaps else DEFAULT_TYPICAL


def _day(value) -> date:
    """SQLite tells days as text."""
    if isinstance(value, datetime):
        return value.date()
    return date.fromisoformat(value) if isinstance(value, str) else value
