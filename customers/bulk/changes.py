"""What a bulk action does to a handful of customers, who are locked; each function returns the ids of those
it really changed, and how many it had to skip."""

from collections.abc import Callable, Sequence

from django.utils import timezone

from customers.choices import ConsentAction, ConsentMethod, Purpose, Source
from customers.consent import FLAGS, record_entries
from customers.models import BulkAction, ConsentEntry, Customer, CustomerTag
from customers.models.tag import MAX_TAGS, tag_key
from customers.records import set_many_active, tag_many, untag_many

Changed = tuple[list[int], int]


def add_tag(action: BulkAction, customers: Sequence[Customer]) -> Changed:
    """Those who wear it already stay as they are; those with as many tags as there may be are skipped."""
    key = tag_key(action.tag)
    without = [one for one in customers if key not in map(tag_key, one.tag_names)]
    free = [one.pk for one in without if len(one.tag_names) < MAX_TAGS]
    tag_many(action.organisation, {pk: [action.tag] for pk in free})
    return free, len(without) - len(free)


def remove_tag(action: BulkAction, customers: Sequence[Customer]) -> Changed:
    ids = [one.pk for one in customers]
    worn = CustomerTag.objects.filter(customer__in=ids, tag__name_key=tag_key(action.tag))
    wearing = sorted(worn.values_list("customer_id", flat=True))
    untag_many(action.organisation, {pk: [action.tag] for pk in wearing})
    return wearing, 0


def deactivate(action: BulkAction, customers: Sequence[Customer]) -> Changed:
    return _set_active(action, customers, is_active=False), 0


def reactivate(action: BulkAction, customers: Sequence[Customer]) -> Changed:
    return _set_active(action, customers, is_active=True), 0


def _set_active(action: BulkAction, customers: Sequence[Customer], *, is_active: bool) -> list[int]:
    return set_many_active(
        action.organisation, customers, is_active=is_active, actor=action.actor, bulk=action.pk
    )


def withdraw(action: BulkAction, customers: Sequence[Customer]) -> Changed:
    """A line of the ledger for everybody whose switch is on; the others said nothing that could end."""
    granted = [one.pk for one in customers if getattr(one, FLAGS[Purpose(action.purpose)])]
    now = timezone.now()
    lines = [
        ConsentEntry(
            customer_id=pk,
            purpose=action.purpose,
            action=ConsentAction.WITHDRAWN,
            method=ConsentMethod.STAFF,
            source=Source.MANUAL,
            actor=action.actor,
            occurred_at=now,
        )
        for pk in granted
    ]
    record_entries(action.organisation, lines)
    return granted, 0


_Kind = BulkAction.Kind
CHANGES: dict[str, Callable[[BulkAction, Sequence[Customer]], Changed]] = {
    _Kind.TAG: add_tag,
    _Kind.UNTAG: remove_tag,
    _Kind.DEACTIVATE: deactivate,
    _Kind.REACTIVATE: reactivate,
    _Kind.WITHDRAW: withdraw,
}
OPPOSITES = {
    _Kind.TAG: remove_tag,
    _Kind.UNTAG: add_tag,
    _Kind.DEACTIVATE: reactivate,
    _Kind.REACTIVATE: deactivate,
}
# what is logged here; the others say so themselves
LOGGED_AS = {
    _Kind.TAG: "customer.tagged",
    _Kind.UNTAG: "customer.tagged",
    _Kind.WITHDRAW: "consent.withdrawn",
}
