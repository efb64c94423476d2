"""Rows of orders for the bench: growing from day to day, a few customers ordering most."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import exp
from random import Random

from tests.bench.customer_rows import DAYS, FIRST_SHARE, GROWTH

ORDER_COLUMNS = (
    *("id", "organisation_id", "location_id", "customer_id", "source", "external_id", "fingerprint"),
    *("service_type", "status", "placed_at", "placed_on", "promised_at", "delivered_at"),
    *("discount_cents", "total_cents", "tip_cents", "recorded_at"),
)
LINE_COLUMNS = (
    *("id", "order_id", "position", "product_id", "name", "quantity"),
    *("unit_price_cents", "unit_cost_cents", "tax_rate"),
)
_SKEW = 5.0  # the keenest customer orders about thirty times the average, the last ones hardly ever
_SCATTER = 7_919  # a prime: who orders often has nothing to do with when they joined
_OPEN = 9 * 3600  # 9 to 21 o'clock UTC, so that the day is the same in the restaurant
_SECONDS = 12 * 3600
_KINDS = ("dine_in", "pickup", "delivery", "pickup", "partner_delivery", "dine_in", "pickup")
_SOURCES = ("web", "store", "delivery_platform", "store", "web", "web")


def total_of(number: int) -> int:
    return 900 + number * 7_919 % 5_200


def orders_on(day: int, orders: int) -> tuple[int, int]:
    """The numbers of the first order of a day and of the next: every day has a little more."""
    return round(orders * (day / DAYS) ** 1.5), round(orders * ((day + 1) / DAYS) ** 1.5)


def order_rows(
    orders: int, customers: int, *, organisation_id: int, location_ids: list[int], start: datetime
) -> Iterator[tuple]:
    """Yield rows of ORDER_COLUMNS with ids from 1, oldest first; each fiftieth is a stranger's."""
    random, scale = Random(1).random, exp(_SKEW) - 1
    for day in range(DAYS):
        first, end = orders_on(day, orders)
        there = max(1, int(customers * max(FIRST_SHARE, (day / DAYS) ** (1 / GROWTH))))
        date = f"{start + timedelta(days=day):%F}"
        times = _times(end - first)
        for number, time in zip(range(first, end), times, strict=True):
            moment = f"{date} {time}"
            customer = int(customers * (exp(_SKEW * random()) - 1) / scale) * _SCATTER % customers % there + 1
            kind = _KINDS[number % 7]
            done = moment if kind == "delivery" and number % 3 else None
            yield (
                *(number + 1, organisation_id, location_ids[number % len(location_ids)]),
                *(None if number % 50 == 0 else customer, _SOURCES[number % 6], f"B{number:09d}"),
                *(f"{number:064x}", kind, "open" if number % 997 == 0 else "completed"),
                *(moment, date, moment if done else None, done, 0, total_of(number)),
                *(number % 4 * 50, moment),
            )


def _times(count: int) -> list[str]:
    moments = (_OPEN + place * _SECONDS // max(1, count) for place in range(count))
    return [f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}" for second in moments]


def line_rows(orders: int, product_ids: list[int]) -> Iterator[tuple]:
    """Yield rows of LINE_COLUMNS: one line an order, whose price is the order's total."""
    for number in range(orders):
        product = product_ids[number % len(product_ids)]
        yield number + 1, number + 1, 1, product, "Käsespätzle", 1, total_of(number), 350, "7.00"
