"""The one place that writes the consent ledger, and the switches that cache its newest lines (TRUST I4)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from backoffice.audit.services import audit
from backoffice.core.database.bulk import update_rows
from backoffice.outbox.choices import Topic
from backoffice.outbox.telling import tell
from customers.choices import Channel, ConsentAction, ConsentMethod, Module, OpenReason, Purpose, Source
from customers.consent.wordings import current_wording
from customers.figures import FigureChanges
from customers.locks import lock_customers
from customers.models import ConsentEntry, Customer, CustomerStats

FLAGS = {
    Purpose.MARKETING: "marketing_consent",
    Purpose.SYSTEM: "system_consent",
    Purpose.CONTACT: "contact_consent",
}
_CLOCK_TOLERANCE = timedelta(minutes=2)


class ConsentFromFuture(Exception):
    """The decision is dated ahead of the clock."""


class EvidenceMissing(Exception):
    """A grant does not say how or when it was given (PRODUCT G2)."""


@transaction.atomic
def grant_consent(
    customer: Customer,
    purpose: str,
    *,
    method: str,
    occurred_at: datetime,
    actor,
    origin: str = "",
    channel: str = Channel.ANY,
    source: str = Source.MANUAL,
) -> ConsentEntry:
    """Add a grant for one purpose and return the new ledger line.

    `occurred_at` (aware) is when the customer said yes, `method` how we know. The wording in force is
    written beside it. Raises `EvidenceMissing`, `ConsentFromFuture`; nothing is written then.
    """
    if not method or occurred_at is None:
        raise EvidenceMissing
    wording = current_wording(customer.organisation, purpose, customer.language)
    return _add(
        customer,
        ConsentEntry(
            purpose=purpose,
            channel=channel,
            action=ConsentAction.GRANTED,
            method=method,
            origin=origin,
            source=source,
            wording=wording.text,
            wording_version=wording.version,
            language=wording.language,
            actor=actor,
            occurred_at=occurred_at,
        ),
    )


@transaction.atomic
def withdraw_consent(
    customer: Customer,
    purpose: str,
    *,
    actor,
    method: str = ConsentMethod.STAFF,
    origin: str = "",
    source: str = Source.MANUAL,
    occurred_at: datetime | None = None,
) -> ConsentEntry:
    """Add a withdrawal and return the new ledger line; it needs no evidence.

    Withdrawing twice adds two lines: the ledger keeps what was said, not the net effect.
    """
    return _add(
        customer,
        ConsentEntry(
            purpose=purpose,
            action=ConsentAction.WITHDRAWN,
            method=method,
            origin=origin,
            source=source,
            actor=actor,
            occurred_at=occurred_at or timezone.now(),
        ),
    )


@transaction.atomic
def undo_withdrawal(entry: ConsentEntry, *, actor) -> ConsentEntry | None:
    """Restore the grant that `entry` withdrew, with that grant's own evidence, as a new line.

    None when the withdrawal is no longer the newest line, or no grant stood before it.
    """
    customer = Customer.objects.select_for_update(no_key=True).get(pk=entry.customer_id)
    newest_two = ConsentEntry.objects.filter(customer=customer, purpose=entry.purpose).order_by("-id")[:2]
    lines = list(newest_two)
    if len(lines) < 2 or lines[0].pk != entry.pk or lines[1].action != ConsentAction.GRANTED:
        return None
    if entry.action != ConsentAction.WITHDRAWN:
        return None
    before = lines[1]
    before.pk, before._state.adding, before.actor = None, True, actor
    return _add(customer, before)


@transaction.atomic
def leave_open(customer: Customer, purpose: str, *, reason: OpenReason, actor) -> ConsentEntry:
    """Add a line "requested" and return it: nothing is granted until a grant is recorded with evidence."""
    wording = current_wording(customer.organisation, purpose, customer.language)
    return _add(
        customer,
        ConsentEntry(
            purpose=purpose,
            action=ConsentAction.PENDING,
            method=ConsentMethod.STAFF,
            origin=reason,
            source=Source.MANUAL,
            wording=wording.text,
            wording_version=wording.version,
            language=wording.language,
            actor=actor,
            occurred_at=timezone.now(),
        ),
    )


def consent_history(customer: Customer) -> dict[str, list[ConsentEntry]]:
    """All lines of a customer by purpose, newest first. One query."""
    history = {purpose: [] for purpose in Purpose}
    for entry in ConsentEntry.objects.filter(customer=customer).select_related("actor").order_by("-id"):
        history[Purpose(entry.purpose)].append(entry)
    return history


def record_entries(organisation, entries: Iterable[ConsentEntry]) -> int:
    """Add many lines, oldest first, and set the switches of their customers; for imports and demos.

    Customers are locked in ascending order. A line without `recorded_at` is recorded now. Writes no
    activity: the import that calls it is logged as one. Returns the number of lines.
    """
    lines = list(entries)
    now = timezone.now()
    newest: dict[int, dict[str, bool]] = {}
    for line in lines:
        line.recorded_at = line.recorded_at or now
        _refuse_future(line)
        flags = newest.setdefault(line.customer_id, {})
        flags[FLAGS[Purpose(line.purpose)]] = line.action == ConsentAction.GRANTED
    with transaction.atomic():
        customers = lock_customers(organisation, newest)
        ConsentEntry.objects.bulk_create(lines, batch_size=500)
        _set_flags(organisation, customers, newest)
        tell(organisation, Topic.CONSENT_CHANGED, [line.pk for line in lines])
    return len(lines)


def _set_flags(organisation, customers: list[Customer], newest: dict[int, dict[str, bool]]) -> None:
    changes, now = FigureChanges(organisation), timezone.now()
    # read after the lock: what was read while waiting for it may be old
    stats = CustomerStats.objects.in_bulk([customer.pk for customer in customers])
    for customer in customers:
        changes.customer_state(customer, stats[customer.pk], -1)
        for field, value in newest[customer.pk].items():
            setattr(customer, field, value)
        if customer.marketing_consent:
            customer.module_bits |= Module.NEWSLETTER
        changes.customer_state(customer, stats[customer.pk], +1)
        customer.updated_at = now  # programs that keep a copy ask for what changed since
    names = ["id", *FLAGS.values(), "module_bits", "updated_at"]
    update_rows(Customer, names, [[getattr(customer, name) for name in names] for customer in customers])
    changes.write()


def _add(customer: Customer, entry: ConsentEntry) -> ConsentEntry:
    entry.customer = customer
    entry.recorded_at = timezone.now()
    _refuse_future(entry)
    entry.occurred_at = min(entry.occurred_at, entry.recorded_at)
    locked = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    locked.organisation = customer.organisation
    entry.save()
    _switch(locked, entry)
    for field in (*FLAGS.values(), "module_bits"):
        setattr(customer, field, getattr(locked, field))
    # a code; the origin of a grant is free text and stays out of the log
    reason = {"reason": entry.origin} if entry.action == ConsentAction.PENDING else {}
    audit(
        action=f"consent.{entry.action}",
        subject=locked,
        organisation=customer.organisation,
        actor=entry.actor,
        purpose=entry.purpose,
        method=entry.method,
        **reason,
    )
    tell(customer.organisation, Topic.CONSENT_CHANGED, [entry.pk])
    return entry


def _switch(customer: Customer, entry: ConsentEntry) -> None:
    stats = CustomerStats.objects.get(pk=customer.pk)
    changes = FigureChanges(customer.organisation)
    changes.customer_state(customer, stats, -1)
    granted = entry.action == ConsentAction.GRANTED
    setattr(customer, FLAGS[Purpose(entry.purpose)], granted)
    fields = {FLAGS[Purpose(entry.purpose)]: granted, "updated_at": timezone.now()}
    if granted and entry.purpose == Purpose.MARKETING:
        customer.module_bits |= Module.NEWSLETTER
        fields["module_bits"] = F("module_bits").bitor(Module.NEWSLETTER.value)
    Customer.objects.filter(pk=customer.pk).update(**fields)
    changes.customer_state(customer, stats, +1)
    changes.write()


def _refuse_future(entry: ConsentEntry) -> None:
    if entry.occurred_at > (entry.recorded_at or timezone.now()) + _CLOCK_TOLERANCE:
        raise ConsentFromFuture
