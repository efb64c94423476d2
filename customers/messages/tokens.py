"""What links and mails carry: sealed, so that they say nothing to anybody else, or signed.

They are read again for as long as SECRET_KEY, or SECRET_KEY_FALLBACKS, knows their key.
"""

import hmac
import json
import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac

from backoffice.core.sealing import Seal, Unreadable
from customers.choices import ContactKind
from customers.models import ContactPoint, Customer

_PREFERENCES, _OPT_IN, _UNDO = (
    Seal("customers.messages.preferences"),
    Seal("customers.messages.opt_in"),
    Seal("customers.messages.undo"),
)
OPT_IN_SECONDS = 7 * 24 * 3600
UNDO_SECONDS = 3600
_MESSAGE_ID = re.compile(r"<?sg\.(\d{1,18})\.([0-9a-f]{24})@")


class UnknownLink(Exception):
    """No link of ours, or one that is over."""


# ---- Preferences: for years -----------------------------------------------------------------------


def preference_token(customer_id: int, organisation_id: int, address_key: str) -> str:
    return _PREFERENCES.close(json.dumps([organisation_id, customer_id, address_key]))


@dataclass(frozen=True)
class Holder:
    """Whose link it is, and the key of the address it was sent to."""

    customer: Customer
    address_key: str


def holder_of(token: str) -> Holder:
    """Raises UnknownLink. A customer who was merged into another is found by the alias that stays there."""
    try:
        organisation_id, customer_id, key = json.loads(_PREFERENCES.open(token))
    except Unreadable:
        raise UnknownLink from None
    customers = Customer.objects.select_related("organisation").filter(organisation_id=organisation_id)
    customer = customers.filter(pk=customer_id).first() or _by_address(customers, organisation_id, key)
    if customer is None:
        raise UnknownLink
    return Holder(customer, key)


def _by_address(customers, organisation_id: int, key: str) -> Customer | None:
    points = ContactPoint.objects.filter(
        organisation=organisation_id, kind=ContactKind.EMAIL, key=key, is_shared=False
    )
    return customers.filter(pk__in=points.values("customer")).first()


# ---- Double opt-in: for a week --------------------------------------------------------------------


def opt_in_token(customer_id: int, entry_id: int, address_key: str) -> str:
    return _OPT_IN.close(json.dumps([customer_id, entry_id, address_key]))


def read_opt_in(token: str) -> tuple[int, int, str]:
    """Customer, line of the ledger that asked, key of the address. Raises UnknownLink."""
    try:
        customer_id, entry_id, key = json.loads(_OPT_IN.open(token, max_seconds=OPT_IN_SECONDS))
    except Unreadable:
        raise UnknownLink from None
    return customer_id, entry_id, key


# ---- Undo on the page that follows: for an hour ---------------------------------------------------


def undo_token(customer_id: int, entry_ids: list[int]) -> str:
    return _UNDO.close(json.dumps([customer_id, entry_ids]))


def read_undo(token: str, customer_id: int) -> list[int]:
    """Raises UnknownLink."""
    try:
        owner, entry_ids = json.loads(_UNDO.open(token, max_seconds=UNDO_SECONDS))
    except Unreadable:
        raise UnknownLink from None
    if owner != customer_id:
        raise UnknownLink
    return entry_ids


# ---- Message-ID: answers and bounces name it ------------------------------------------------------


def message_id(recipient_id: int, domain: str) -> str:
    """The same for every try of one mail, so that a second copy is seen as one."""
    return f"<sg.{recipient_id}.{_signature(recipient_id, settings.SECRET_KEY)}@{domain}>"


def recipients_named(text: str) -> list[int]:
    """Ids of the outbox rows whose Message-IDs occur in a text; forged ones are left."""
    return [int(pk) for pk, signature in _MESSAGE_ID.findall(text) if _is_ours(int(pk), signature)]


def _is_ours(recipient_id: int, signature: str) -> bool:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(hmac.compare_digest(_signature(recipient_id, secret), signature) for secret in secrets)


def _signature(recipient_id: int, secret: str) -> str:
    return salted_hmac(
        "customers.messages.id", str(recipient_id), secret=secret, algorithm="sha256"
    ).hexdigest()[:24]
