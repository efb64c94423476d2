"""Punch cards: every completed order of a customer stamps the oldest of their cards, a void takes it back,
and it moves with the order."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F

from backoffice.core.database.prepared import Prepared
from customers.models import Customer
from loyalty.choices import CardKind, CardState
from loyalty.models import Card, CardStamp
from orders.models import Order

_punch_cards = Prepared(
    lambda customers: (
        Card.objects.filter(customer__among=customers, kind=CardKind.PUNCH, state=CardState.ACTIVE)
        .order_by("-pk")
        .values_list("customer_id", "pk")
    )
)


def stamp(orders: Iterable[Order]) -> None:
    """The customers are locked: nobody stamps their cards beside us. One query where nobody has one."""
    _stamp({order.pk: order.customer_id for order in orders})


def _stamp(customers: Mapping[int, int]) -> None:
    """`customers` are ids by order."""
    cards = dict(_punch_cards(customers=set(customers.values())))
    stamps = [
        CardStamp(order_id=order_id, card_id=cards[customer_id])
        for order_id, customer_id in customers.items()
        if customer_id in cards
    ]
    CardStamp.objects.bulk_create(stamps)
    for card_id in sorted(stamp.card_id for stamp in stamps):
        Card.objects.filter(pk=card_id).update(stamps=F("stamps") + 1)


def move(order: Order, taker: Customer | None) -> None:
    """Both customers are locked. The stamp goes to a card of whoever has the order now."""
    take_back([order])
    if taker is not None and order.counts:
        _stamp({order.pk: taker.pk})


def take_back(orders: Sequence[Order]) -> None:
    """These orders count no longer, or have gone: so do their stamps, on whatever card they are by now."""
    found = CardStamp.objects.filter(order__in=orders).order_by("card_id")
    for pk, card_id in found.values_list("pk", "card_id"):
        CardStamp.objects.filter(pk=pk).delete()
        while (card := Card.objects.get(pk=card_id)).replaced_by_id:
            card_id = card.replaced_by_id
        Card.objects.filter(pk=card_id, stamps__gt=0).update(stamps=F("stamps") - 1)
