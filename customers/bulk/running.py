"""From whom a list names to what happened: at once for a few, as a job for many, and back."""

from collections.abc import Sequence
from urllib.parse import parse_qs

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from backoffice.audit.services import audit, audit_many
from backoffice.jobs.services import enqueue
from backoffice.outbox.choices import Topic
from backoffice.outbox.telling import tell
from customers.bulk.changes import CHANGES, LOGGED_AS, OPPOSITES
from customers.listing import ListState
from customers.locks import lock_customers
from customers.models import BulkAction, BulkEffect, Customer

AT_ONCE = 500
CHUNK = 500


class NothingToUndo(Exception):
    """It is undone already, or stands for good."""


class ListUnreadable(Exception):
    """A filter of the list is gone by now, such as a tag: without it others would be meant."""


def customers_of(action: BulkAction) -> QuerySet:
    """Whom the list names now, without an order. Raises ListUnreadable."""
    address = MultiValueDict(parse_qs(action.query))
    state = ListState(address, organisation=action.organisation, location=action.location)
    if state.errors:
        raise ListUnreadable(" ".join(state.errors.values()))
    return state.customers(action.selected)


@transaction.atomic
def start_bulk(action: BulkAction, *, count: int | None) -> bool:
    """Store the action and do it, at once for up to AT_ONCE customers, else as a job; whether it is done.

    `count` is how many the list names, None where that is not known.
    """
    action.save()
    if count is not None and count <= AT_ONCE:
        _finish(action, do_chunk, customers_of(action))
        return True
    _put_off(action, "customers.run_bulk", count)
    return False


@transaction.atomic
def undo_bulk(action: BulkAction) -> bool:
    """Give everybody whom it changed back what was before, as far as it is still so; whether it is done.

    Raises NothingToUndo, also while it is still being done.
    """
    wanted = BulkAction.objects.filter(pk=action.pk, undone_at=None)
    if not action.can_be_undone or not wanted.update(undone_at=timezone.now()):
        raise NothingToUndo
    if action.changed_count <= AT_ONCE:
        _finish(action, undo_chunk, customers_changed_by(action))
        return True
    _put_off(action, "customers.undo_bulk", action.changed_count)
    return False


def customers_changed_by(action: BulkAction) -> QuerySet:
    changed = BulkEffect.objects.filter(action=action)
    return Customer.objects.of(action.organisation).filter(pk__in=changed.values("customer"))


def _put_off(action: BulkAction, kind: str, count: int | None) -> None:
    action.job = enqueue(
        kind=kind,
        organisation=action.organisation,
        actor=action.actor,
        title=_("%(action)s, many customers") % {"action": action.get_kind_display()},
        url=action.get_absolute_url(),
        params={"action": action.pk},
        total_count=count,
    )
    action.save(update_fields=["job"])


def _finish(action: BulkAction, step, customers: QuerySet) -> None:
    """All of them in the transaction of the caller: a mistake in the middle leaves nothing half done."""
    after = 0
    while ids := next_ids(customers, after):
        step(action, ids)
        after = ids[-1]
    log_whole(action, is_undo=step is undo_chunk)


def next_ids(customers: QuerySet, after: int) -> list[int]:
    return list(customers.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK])


def do_chunk(action: BulkAction, ids: Sequence[int]) -> None:
    """A chunk: the change, whom it met, a line in the log of each."""
    changed, skipped = CHANGES[action.kind](action, lock_customers(action.organisation, ids))
    BulkEffect.objects.bulk_create(BulkEffect(action=action, customer_id=pk) for pk in changed)
    _log(action, changed)
    BulkAction.objects.filter(pk=action.pk).update(
        changed_count=F("changed_count") + len(changed), skipped_count=F("skipped_count") + skipped
    )


def undo_chunk(action: BulkAction, ids: Sequence[int]) -> None:
    changed, _skipped = OPPOSITES[action.kind](action, lock_customers(action.organisation, ids))
    _log(action, changed)


def _log(action: BulkAction, ids: Sequence[int]) -> None:
    if action.kind not in LOGGED_AS:
        return
    purpose = {"purpose": action.purpose} if action.purpose else {}
    audit_many(
        action=LOGGED_AS[action.kind],
        subject_type="customer",
        subject_ids=ids,
        organisation=action.organisation,
        actor=action.actor,
        bulk=action.pk,
        **purpose,
    )
    if not action.purpose:  # of consents others hear by the ledger
        tell(action.organisation, Topic.CUSTOMER_UPDATED, ids)


def log_whole(action: BulkAction, *, is_undo: bool) -> None:
    """One line for the action itself."""
    action.refresh_from_db(fields=["changed_count", "skipped_count"])
    code = "bulk.undone" if is_undo else f"bulk.{action.kind}"
    audit(action=code, subject=action, actor=action.actor, customers=action.changed_count)
