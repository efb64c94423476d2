"""What happens to cards: added, made in batches, linked, unlinked, replaced, blocked. Every step is kept."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.audit.services import audit
from customers.contacts import owner_of
from customers.locks import lock_customers
from customers.models import Customer
from loyalty.cards.numbers import new_number
from loyalty.choices import CardEventKind, CardKind, CardState
from loyalty.models import Card, CardBatch, CardEvent

MAX_BATCH = 1_000
_MANY = 200


class CardRefused(ValidationError):
    """The card is in no state for this; the sentence says why."""


def customer_by_email(organisation, email: str) -> Customer | None:
    return owner_of(organisation, email=email).first() if email else None


@transaction.atomic
def add_card(
    *, organisation, number: str, kind: str, email: str = "", stamps_needed: int = 10, actor=None
) -> Card:
    """Store a card that exists already; one that comes with an e-mail links itself to that customer.

    Raises CardRefused when the number is taken, or nobody has that e-mail.
    """
    customer = customer_by_email(organisation, email)
    if email and customer is None:
        message = _("No customer has this e-mail. Add the customer first, or leave the e-mail empty.")
        raise CardRefused({"email": message})
    card = Card(organisation=organisation, number=number, kind=kind, stamps_needed=stamps_needed)
    card.created_at = timezone.now()
    try:
        with transaction.atomic():
            card.save()
    except IntegrityError:
        raise CardRefused({"number": _("There is a card with this number already.")}) from None
    _note(card, CardEventKind.CREATED, actor)
    audit(action="card.added", subject=card, actor=actor)
    return link_card(card, customer=customer, actor=actor) if customer else card


@transaction.atomic
def make_batch(
    *, organisation, name: str, kind: str, size: int, stamps_needed: int = 10, actor=None
) -> CardBatch:
    """Make so many free cards, 1 to MAX_BATCH, with numbers of which none can be guessed from another."""
    now = timezone.now()
    batch = CardBatch.objects.create(
        organisation=organisation, name=name, kind=kind, size=size, created_at=now
    )
    numbers = _free_numbers(organisation, size)
    fields = {"organisation": organisation, "kind": kind, "batch": batch, "created_at": now}
    cards = [Card(number=number, stamps_needed=stamps_needed, **fields) for number in numbers]
    Card.objects.bulk_create(cards, batch_size=_MANY)
    actor_id = actor and actor.pk
    made = Card.objects.filter(batch=batch).values_list("pk", flat=True)
    events = [
        CardEvent(card_id=pk, kind=CardEventKind.CREATED, actor_id=actor_id, occurred_at=now) for pk in made
    ]
    CardEvent.objects.bulk_create(events, batch_size=_MANY)
    audit(action="card.batch_made", subject=batch, actor=actor, size=size)
    return batch


def _free_numbers(organisation, size: int) -> list[str]:
    numbers: set[str] = set()
    while len(numbers) < size:
        numbers |= {new_number() for _ in range(size - len(numbers))}
        taken = Card.objects.filter(organisation=organisation, number__among=list(numbers))
        numbers -= set(taken.values_list("number", flat=True))
    return sorted(numbers)


@transaction.atomic
def link_card(card: Card, *, customer: Customer, actor=None) -> Card:
    """Make it the customer's. A retry changes nothing. Raises CardRefused when it is another's, blocked
    or replaced."""
    lock_customers(card.organisation, [customer.pk])  # before the card (TRUST I10)
    locked = _lock(card)
    if locked.customer_id == customer.pk and locked.is_usable:
        return locked
    if not locked.is_usable:
        raise CardRefused(_refusal(locked))
    if locked.customer_id is not None:
        raise CardRefused(_("This card belongs to another customer. Unlink it there first."))
    locked.customer = customer
    locked.save(update_fields=["customer"])
    _note(locked, CardEventKind.LINKED, actor, customer=customer)
    audit(action="card.linked", subject=customer, actor=actor, card=locked.pk)
    return locked


@transaction.atomic
def unlink_card(card: Card, *, actor=None) -> Card:
    """Make it nobody's; what it holds stays on it."""
    locked = _lock(card)
    if locked.customer_id is None or locked.state == CardState.REPLACED:
        return locked
    customer, locked.customer = locked.customer, None
    locked.save(update_fields=["customer"])
    _note(locked, CardEventKind.UNLINKED, actor, customer=customer)
    audit(action="card.unlinked", subject=customer, actor=actor, card=locked.pk)
    return locked


@transaction.atomic
def replace_card(card: Card, *, number: str, actor=None) -> Card:
    """Put another card, a free one or a new number, in the place of one that is lost; returns it.

    Customer and stamps go over, the history stays with the old card, which can be used no more.
    Raises CardRefused.
    """
    locked = _lock(card)
    if locked.state == CardState.REPLACED:
        raise CardRefused(_refusal(locked))
    if locked.number == number:
        raise CardRefused(_("This is the same card."))
    other = Card.objects.filter(organisation=card.organisation, number=number).first()
    if other is None:
        other = add_card(
            organisation=card.organisation,
            number=number,
            kind=locked.kind,
            stamps_needed=locked.stamps_needed,
            actor=actor,
        )
    other = _lock(other)
    if other.kind != locked.kind:
        raise CardRefused(_("This card is of another kind."))
    if not other.is_usable or other.customer_id is not None:
        raise CardRefused(_("This card is in use already."))
    Card.objects.filter(pk=other.pk).update(
        customer=locked.customer,
        stamps=F("stamps") + locked.stamps,
        free_given=F("free_given") + locked.free_given,
        stamps_needed=locked.stamps_needed,
    )
    Card.objects.filter(pk=locked.pk).update(state=CardState.REPLACED, replaced_by=other)
    _note(locked, CardEventKind.REPLACED, actor, customer=locked.customer, other=other)
    if locked.customer_id:
        _note(other, CardEventKind.LINKED, actor, customer=locked.customer, other=locked)
    audit(action="card.replaced", subject=locked, actor=actor, by=other.pk)
    return Card.objects.get(pk=other.pk)


@transaction.atomic
def block_card(card: Card, *, is_blocked: bool, actor=None) -> Card:
    """Let it be used no more, or again; whose it is stays."""
    locked = _lock(card)
    if locked.state == CardState.REPLACED:
        raise CardRefused(_refusal(locked))
    state = CardState.BLOCKED if is_blocked else CardState.ACTIVE
    if locked.state != state:
        locked.state = state
        locked.save(update_fields=["state"])
        kind = CardEventKind.BLOCKED if is_blocked else CardEventKind.UNBLOCKED
        _note(locked, kind, actor, customer=locked.customer)
        audit(action=f"card.{kind}", subject=locked, actor=actor)
    return locked


@transaction.atomic
def give_free_one(card: Card, *, actor=None) -> Card:
    """Note that the customer had one of the free ones that the stamps have earned."""
    locked = _lock(card)
    if locked.kind != CardKind.PUNCH or not locked.is_usable or not locked.free_left:
        raise CardRefused(_("There is no free one on this card."))
    locked.free_given += 1
    locked.save(update_fields=["free_given"])
    _note(locked, CardEventKind.FREE_GIVEN, actor, customer=locked.customer)
    audit(action="card.free_given", subject=locked, actor=actor)
    return locked


@transaction.atomic
def report_balance(card: Card, *, cents: int, actor=None) -> Card:
    """Keep what the till says a gift card holds; nothing is spent here (PRODUCT G11)."""
    locked = _lock(card)
    if locked.kind != CardKind.GIFT:
        raise CardRefused(_("Only gift cards have a balance."))
    locked.reported_balance_cents, locked.reported_at = cents, timezone.now()
    locked.save(update_fields=["reported_balance_cents", "reported_at"])
    audit(action="card.balance_reported", subject=locked, actor=actor)
    return locked


def _lock(card: Card) -> Card:
    cards = Card.objects.select_for_update(of=("self",)).select_related("organisation", "customer")
    return cards.get(pk=card.pk)


def _refusal(card: Card) -> object:
    if card.state == CardState.REPLACED:
        return _("This card was replaced by another one.")
    return _("This card is blocked.")


def _note(card: Card, kind: str, actor, **fields) -> None:
    CardEvent.objects.create(
        card=card, kind=kind, actor_id=actor and actor.pk, occurred_at=timezone.now(), **fields
    )
