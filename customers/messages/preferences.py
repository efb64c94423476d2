"""What a customer decides on their own page, without sign-in: lines of the ledger, told by themselves."""

from django.db import transaction
from django.utils import timezone

from customers.choices import ConsentAction, ConsentMethod, Purpose, Source
from customers.consent import FLAGS, tell_consent
from customers.locks import lock_customers
from customers.models import ConsentEntry, Customer

ORIGIN = "preferences"  # a code; the page of the link in a mail
ON_PAGE = (Purpose.MARKETING, Purpose.SYSTEM, Purpose.CONTACT)


def is_allowed(customer: Customer, purpose: Purpose) -> bool:
    """How a switch of the page stands. What was never asked for, and is no advertising, counts as allowed:
    it goes out (PRODUCT G5)."""
    if getattr(customer, FLAGS[purpose]):
        return True
    return purpose != Purpose.MARKETING and not _newest_is(customer, purpose, ConsentAction.WITHDRAWN)


def _newest_is(customer: Customer, purpose: Purpose, action: ConsentAction) -> bool:
    lines = ConsentEntry.objects.filter(customer=customer, purpose=purpose)
    newest = lines.order_by("-id").values_list("action", flat=True).first()
    return newest == action


@transaction.atomic
def set_preferences(
    customer: Customer, wanted: dict[Purpose, bool], *, language: str = ""
) -> list[ConsentEntry]:
    """Write what differs from how the switches stand, and the language; the new lines of the ledger."""
    _lock(customer)
    entries = []
    for purpose, is_wanted in wanted.items():
        if is_wanted == is_allowed(customer, purpose):
            continue
        entries.append(_tell(customer, purpose, is_wanted=is_wanted))
    if language and language != customer.language:
        customer.language = language
        Customer.objects.filter(pk=customer.pk).update(language=language, updated_at=timezone.now())
    return entries


@transaction.atomic
def unsubscribe(customer: Customer) -> list[ConsentEntry]:
    """No more advertising. Programs may press twice: the second adds nothing."""
    _lock(customer)
    if _newest_is(customer, Purpose.MARKETING, ConsentAction.WITHDRAWN):
        return []
    return [_tell(customer, Purpose.MARKETING, is_wanted=False)]


@transaction.atomic
def take_back(customer: Customer, entry_ids: list[int]) -> bool:
    """Undo lines that were written a moment ago, where nothing newer stands; whether any was."""
    _lock(customer)
    undone = False
    for entry in ConsentEntry.objects.filter(customer=customer, pk__in=entry_ids).order_by("pk"):
        newest = ConsentEntry.objects.filter(customer=customer, purpose=entry.purpose).order_by("-id").first()
        if newest.pk != entry.pk:
            continue
        _tell(customer, Purpose(entry.purpose), is_wanted=entry.action == ConsentAction.WITHDRAWN)
        undone = True
    return undone


def _lock(customer: Customer) -> None:
    for locked in lock_customers(customer.organisation, [customer.pk]):
        for flag in FLAGS.values():
            setattr(customer, flag, getattr(locked, flag))


def _tell(customer: Customer, purpose: Purpose, *, is_wanted: bool) -> ConsentEntry:
    """Whose page it is has said so in this moment: that is the evidence."""
    return tell_consent(
        customer,
        purpose,
        action=ConsentAction.GRANTED if is_wanted else ConsentAction.WITHDRAWN,
        method=ConsentMethod.WEB_FORM,
        occurred_at=timezone.now(),
        origin=ORIGIN,
        source=Source.WEB,
    )


def masked(address: str) -> str:
    """`pa…@example.org`: enough for its owner."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:2] if len(name) > 3 else name[:1]}…@{domain}" if domain else ""
