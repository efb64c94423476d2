"""Punch cards: every completed order of a customer stamps the oldest of their cards, a void takes it back."""

from collections.abc import Sequence

from django.db.models import F

from loyalty.choices import CardKind, CardState
from loyalty.models import Card, CardStamp
from orders.models import Order


def stamp(organisation, orders: Sequence[Order]) -> None:
    """The customers are locked: nobody stamps their cards beside us. One query where nobody has one."""
    cards: dict[int, Card] = {}
    linked = Card.objects.filter(
        customer__in={order.customer_id for order in orders},
        kind=CardKind.PUNCH,
        state=CardState.ACTIVE,
    )
    for card in linked.order_by("-pk"):
        cards[card.customer_id] = card
    stamped = [order for order in orders if order.customer_id in cards]
    if not stamped:
        return
    CardStamp.objects.bulk_create(CardStamp(order=order, card=cards[order.customer_id]) for order in stamped)
    for order in sorted(stamped, key=lambda order: cards[order.customer_id].pk):
        Card.objects.filter(pk=cards[order.customer_id].pk).update(stamps=F("stamps") + 1)


def take_back(orders: Sequence[Order]) -> None:
    """These orders count no longer, or have gone: so do their stamps, on whatever card they are by now."""
    found = CardStamp.objects.filter(order__in=orders).order_by("card_id")
    for pk, card_id in found.values_list("pk", "card_id"):
        CardStamp.objects.filter(pk=pk).delete()
        while (card := Card.objects.get(pk=card_id)).replaced_by_id:
            card_id = card.replaced_by_id
        Card.objects.filter(pk=card_id, stamps__gt=0).update(stamps=F("stamps") - 1)
