"""Which card a number is, and whose."""

from collections.abc import Iterator

from django.db.models import F, Q

from loyalty.cards.cards import CardRefused
from loyalty.cards.numbers import parse_number, typed_number
from loyalty.models import Card


def usable_card(organisation, text: str) -> Card | None:
    """The active card that somebody typed or scanned, None when there is none. Raises CardRefused for one
    that is blocked or replaced, ValidationError for what is no number."""
    card = find_card(organisation, parse_number(text))
    if card is not None and not card.is_usable:
        raise CardRefused(card.get_state_display())
    return card


def find_card(organisation, number: str) -> Card | None:
    cards = Card.objects.filter(organisation=organisation, number=number)
    return cards.select_related("customer").first()


def customers_with_card(organisation, text: str) -> list[int]:
    """Whose card has this number, whatever became of the card; no query for what looks like no number."""
    number = typed_number(text)
    if not number:
        return []
    cards = Card.objects.filter(organisation=organisation, number=number, customer__isnull=False)
    return list(cards.values_list("customer_id", flat=True))


def card_problems(organisation) -> Iterator[str]:
    cards = Card.objects.filter(organisation=organisation)
    foreign = cards.exclude(customer=None).exclude(customer__organisation=F("organisation"))
    for pk in foreign.values_list("pk", flat=True):
        yield f"I12 card {pk}: its customer belongs to another organisation"
    mixed = cards.filter(Q(batch__isnull=False) & ~Q(batch__organisation=F("organisation")))
    for pk in mixed.values_list("pk", flat=True):
        yield f"I12 card {pk}: its batch belongs to another organisation"
