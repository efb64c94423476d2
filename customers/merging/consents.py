"""Consents of merged customers: the stricter one wins, then the newer; both histories stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from customers.choices import ConsentAction, ConsentMethod, OpenReason, Purpose, Source
from customers.consent import FLAGS, current_wording, record_entries
from customers.models import ConsentEntry, Customer

_STRICTNESS = {ConsentAction.GRANTED: 1, ConsentAction.PENDING: 2, ConsentAction.WITHDRAWN: 3}


@dataclass(frozen=True)
class Settled:
    """What holds for a purpose after a merge. `decisive` is the line that decides, None without any;
    `has_other_email`: it is a grant for an e-mail that is not the first one any more, and has to be asked
    for anew."""

    purpose: str
    decisive: ConsentEntry | None
    newest: ConsentEntry | None
    has_other_email: bool = False

    @property
    def is_granted(self) -> bool:
        return self.state == ConsentAction.GRANTED

    @property
    def state(self) -> str:
        if self.decisive is None:
            return ""
        return ConsentAction.PENDING if self.has_other_email else self.decisive.action


def settle(customers: Sequence[Customer], email_key: str) -> list[Settled]:
    """What each purpose comes to when these are one, with this first e-mail. One query."""
    lines = ConsentEntry.objects.filter(customer__in=customers).order_by("id")
    newest: dict[tuple[str, int], ConsentEntry] = {}
    for line in lines:
        newest[line.purpose, line.customer_id] = line
    emails = {customer.pk: customer.email_key for customer in customers}
    settled = []
    for purpose in Purpose:
        states = [line for (one, _pk), line in newest.items() if one == purpose]
        decisive = max(states, key=lambda line: (_STRICTNESS[line.action], line.pk), default=None)
        other = (
            decisive is not None
            and purpose == Purpose.MARKETING
            and decisive.action == ConsentAction.GRANTED
            and bool(emails[decisive.customer_id])
            and emails[decisive.customer_id] != email_key
        )
        last = max(states, key=lambda line: line.pk, default=None)
        settled.append(Settled(purpose, decisive, last, other))
    return settled


def unite_consents(survivor: Customer, settled: Sequence[Settled], actor) -> list[int]:
    """Set the switches; a purpose whose newest line is not the decisive one gets that one again as the
    newest. Returns the ids of lines that came. The histories are the survivor's already.
    """
    flags = {FLAGS[Purpose(one.purpose)]: one.is_granted for one in settled}
    vars(survivor).update(flags)
    Customer.objects.filter(pk=survivor.pk).update(**flags)
    lines = [_line(survivor, one, actor) for one in settled if one.has_other_email or _is_behind(one)]
    if lines:
        record_entries(survivor.organisation, lines)
    return [line.pk for line in lines]


def _is_behind(one: Settled) -> bool:
    return one.decisive is not None and one.decisive.pk != one.newest.pk


def _line(survivor: Customer, one: Settled, actor) -> ConsentEntry:
    if one.has_other_email:
        wording = current_wording(survivor.organisation, one.purpose, survivor.language)
        return ConsentEntry(
            customer=survivor,
            purpose=one.purpose,
            action=ConsentAction.PENDING,
            method=ConsentMethod.STAFF,
            origin=OpenReason.EMAIL_CORRECTED,
            source=Source.MANUAL,
            wording=wording.text,
            wording_version=wording.version,
            language=wording.language,
            actor=actor,
            occurred_at=timezone.now(),
        )
    return _copy(one.decisive, survivor, actor)


def part_consents(
    survivor: Customer,
    restored: Mapping[int, Customer],
    *,
    made: Sequence[int],
    since: int,
    actor,
) -> None:
    """Take the lines of the merge out, which said only what followed from it, and set the switches anew.

    A withdrawal of the survivor after the merge (lines above `since`) may have been the other's: it holds
    for both.
    """
    lines = QuerySet(ConsentEntry).filter(pk__in=made, customer=survivor)
    lines._raw_delete(lines.db)
    said = ConsentEntry.objects.filter(customer=survivor, pk__gt=since, action=ConsentAction.WITHDRAWN)
    withdrawals = {line.purpose: line for line in said.order_by("id")}
    newest: dict[tuple[int, str], str] = {}
    everybody = {survivor.pk: survivor, **restored}
    for line in ConsentEntry.objects.filter(customer__in=everybody).order_by("id"):
        newest[line.customer_id, line.purpose] = line.action
    copies = []
    for pk, customer in everybody.items():
        for purpose, flag in FLAGS.items():
            is_granted = newest.get((pk, purpose)) == ConsentAction.GRANTED
            if is_granted and pk in restored and purpose in withdrawals:
                copies.append(_copy(withdrawals[purpose], customer, actor))
                is_granted = False
            setattr(customer, flag, is_granted)
        Customer.objects.filter(pk=pk).update(**{flag: getattr(customer, flag) for flag in FLAGS.values()})
    if copies:
        record_entries(survivor.organisation, copies)


def _copy(line: ConsentEntry, customer: Customer, actor) -> ConsentEntry:
    copied = ConsentEntry.objects.get(pk=line.pk)
    copied.pk, copied._state.adding, copied.recorded_at = None, True, None
    copied.customer, copied.actor = customer, actor
    return copied
