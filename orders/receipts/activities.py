"""What orders add to the activity log of a customer: each order when it was placed, each void.

The orders themselves are the record: nothing is logged twice.
"""

from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from backoffice.core.text.formats import Formats
from customers.choices import Source
from customers.extensions import ActivityFeed
from customers.models import Customer
from orders.models import Order, OrderVoid

GROUP = "orders"


def order_feeds(customer: Customer) -> list[ActivityFeed]:
    placed = ActivityFeed(
        GROUP,
        Order.objects.filter(customer=customer),
        at="placed_at",
        code=F("source"),
        text=F("external_id"),
        number=F("total_cents"),
        say=_say_placed,
    )
    voided = ActivityFeed(
        GROUP,
        OrderVoid.objects.filter(order__customer=customer),
        at="occurred_at",
        code=Value("voided"),
        text=Concat(F("order__external_id"), Value(": "), F("reason")),
        say=_say_voided,
        actor=F("actor__name"),
    )
    return [placed, voided]


def _say_placed(source: str, number: str, cents: int, formats: Formats) -> tuple[str, str, str]:
    words = {"number": number, "amount": formats.money(cents), "source": Source(source).label}
    text = _("Order %(number)s placed, %(amount)s, source: %(source)s")
    return text % words, "neutral", "receipt"


def _say_voided(code: str, what: str, number: int, formats: Formats) -> tuple[str, str, str]:
    return _("Order voided: %(what)s") % {"what": what}, "bad", "x-circle"
