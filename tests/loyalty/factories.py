from itertools import count

from django.utils import timezone

from loyalty.cards.numbers import check_digit
from loyalty.models import Card, CardBatch, Coupon

_numbers = count(1)


def card_number() -> str:
    digits = f"44710092{next(_numbers):03}"
    return digits + check_digit(digits)


def make_card_batch(organisation, **fields) -> CardBatch:
    defaults = {"name": "November", "kind": "points", "size": 1, "created_at": timezone.now()}
    return CardBatch.objects.create(organisation=organisation, **defaults | fields)


def make_card(organisation, **fields) -> Card:
    """A free points card."""
    defaults = {"number": card_number(), "kind": "points", "created_at": timezone.now()}
    return Card.objects.create(organisation=organisation, **defaults | fields)


def make_coupon(organisation, **fields) -> Coupon:
    """Ten per cent off everything, always."""
    defaults = {"code": f"HERBST{next(_numbers)}", "kind": "percent", "created_at": timezone.now()}
    if fields.get("kind", "percent") == "percent":
        defaults["percent"] = 10
    return Coupon.objects.create(organisation=organisation, **defaults | fields)
