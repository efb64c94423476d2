from django.core.exceptions import ValidationError

from backoffice.core.text.phones import normalise_phone
from customers.contacts import owner_of
from customers.models import Customer
from loyalty.cards import usable_card


def find_redeemer(organisation, text: str) -> Customer | None:
    """Who wants to redeem: by card number first, else by phone as people type it. Two queries at most.

    None when it is nobody's. Raises CardRefused for a card that is blocked or replaced.
    """
    try:
        card = usable_card(organisation, text)
    except ValidationError as error:
        if error.code not in ("card_number", "check_digit"):
            raise
        card = None
    if card is not None:
        return card.customer
    try:
        phone = normalise_phone(text, organisation.country)
    except ValidationError:
        return None
    return owner_of(organisation, phone=phone).active().first() if phone else None
