"""Double opt-in (PRODUCT G3): asked by mail, without advertising; granted when the link in it is used."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation

from backoffice.audit.services import audit
from customers.choices import ConsentAction, ConsentMethod, OpenReason, Purpose, Source
from customers.consent import Wording, current_wording, leave_open, tell_consent
from customers.messages.eligibility import Rule
from customers.messages.letters import formats_in
from customers.messages.mail import send_question
from customers.messages.tokens import OPT_IN_SECONDS, UnknownLink, opt_in_token, read_opt_in
from customers.messages.writing import NotReached, reason_against
from customers.models import ConsentEntry, Customer

ORIGIN = "double opt-in"
AGAIN_AFTER = timedelta(days=1)


class AskedAlready(Exception):
    """The customer was asked a moment ago; nobody is pressed."""


class GrantedAlready(Exception):
    """There is nothing to ask for."""


@transaction.atomic
def ask_for_consent(customer: Customer, *, actor) -> ConsentEntry:
    """Mail the question for marketing consent, and note that it was asked. Raises NotReached, AskedAlready,
    GrantedAlready.

    Nothing is granted by it; the link works for a week, and only while this is the newest line.
    """
    if customer.marketing_consent:
        raise GrantedAlready
    if reason := reason_against(customer, Rule.PERSONAL):
        raise NotReached(reason)
    lines = ConsentEntry.objects.filter(customer=customer, purpose=Purpose.MARKETING)
    newest = lines.order_by("-id").first()
    if newest and _is_question(newest) and newest.recorded_at > timezone.now() - AGAIN_AFTER:
        raise AskedAlready
    entry = leave_open(customer, Purpose.MARKETING, reason=OpenReason.ASKED_BY_EMAIL, actor=actor)
    token = opt_in_token(customer.pk, entry.pk, customer.email_key)
    language = customer.language or customer.organisation.language
    with translation.override(language):
        formats = formats_in(language, customer.organisation)
        until = formats.day(formats.local(timezone.now() + timedelta(seconds=OPT_IN_SECONDS)).date())
        send_question(customer, token=token, wording=entry.wording, until=until)
    audit(action="message.consent_asked", subject=customer, actor=actor)
    return entry


def _is_question(entry: ConsentEntry) -> bool:
    return entry.action == ConsentAction.PENDING and entry.origin == OpenReason.ASKED_BY_EMAIL


@dataclass(frozen=True)
class Question:
    """A question that still stands, or was answered with yes (`is_granted`)."""

    customer: Customer
    address_key: str
    wording: Wording
    is_granted: bool


def read_question(token: str) -> Question:
    """Raises UnknownLink: over, no longer the newest, or for an address that is the customer's no more."""
    customer_id, entry_id, key = read_opt_in(token)
    customer = Customer.objects.select_related("organisation").filter(pk=customer_id, email_key=key).first()
    if customer is None:
        raise UnknownLink
    entries = ConsentEntry.objects.filter(customer=customer, purpose=Purpose.MARKETING, pk__gte=entry_id)
    asked, *later = [*entries.order_by("pk")[:3]] or [None]
    is_granted = bool(later) and later[0].origin == ORIGIN and len(later) == 1
    if asked is None or asked.pk != entry_id or (later and not is_granted):
        raise UnknownLink
    wording = current_wording(customer.organisation, Purpose.MARKETING, asked.language)
    return Question(customer, key, wording, is_granted)


@transaction.atomic
def confirm(question: Question) -> None:
    """Whose mailbox it is has pressed the button. Twice adds nothing."""
    if question.is_granted:
        return
    tell_consent(
        question.customer,
        Purpose.MARKETING,
        action=ConsentAction.GRANTED,
        method=ConsentMethod.EMAIL,
        occurred_at=timezone.now(),
        origin=ORIGIN,
        source=Source.WEB,
    )
