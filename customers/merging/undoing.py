"""Undoing a merge, within 30 days: everybody gets back what was theirs, what came since stays."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from backoffice.audit.services import audit
from backoffice.core.files.removing import remove_file
from backoffice.outbox.choices import Topic
from backoffice.outbox.telling import tell
from customers.extensions import customer_extensions
from customers.figures import FigureChanges
from customers.locks import hold_customer_creation, lock_customers
from customers.merging.consents import part_consents
from customers.merging.contact_points import part_points
from customers.merging.merging import read_anew
from customers.merging.pairs import part_pairs
from customers.merging.relations import restore_rows, return_rows
from customers.merging.rows import unpack_row
from customers.merging.tags import part_tags
from customers.merging.values import take_back_values
from customers.models import Customer, CustomerMerge, CustomerStats, MergedCustomer
from customers.models.merge import UNDO_WITHIN

_AT_ONCE = 200


class MergeOver(Exception):
    """It is undone already, or too long ago."""


class MergedSince(Exception):
    """The survivor was merged once more since: `later` has to be undone first."""

    def __init__(self, later: CustomerMerge):
        super().__init__(later.pk)
        self.later = later


def later_merge(merge: CustomerMerge) -> CustomerMerge | None:
    """The newest merge of the same customer after this one, which stands before its undo."""
    later = CustomerMerge.objects.filter(survivor=merge.survivor_id, undone_at=None, pk__gt=merge.pk)
    return later.order_by("-pk").first()


@transaction.atomic
def undo_merge(merge: CustomerMerge, *, actor) -> list[Customer]:
    """Part them again and return those who are back. Raises MergeOver and MergedSince.

    Orders, points and words that came since stay with the survivor; so do values that somebody changed
    since. Points that were spent since are settled between them.
    """
    organisation = merge.organisation
    hold_customer_creation(organisation)
    survivor = lock_customers(organisation, [merge.survivor_id], to_remove=True)[0]
    survivor.organisation = organisation
    merge = CustomerMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if not merge.is_undoable or merge.survivor_id != survivor.pk:
        raise MergeOver
    if later := later_merge(merge):
        raise MergedSince(later)
    changes = FigureChanges(organisation)
    changes.customer_joined(survivor, -1)
    changes.customer_state(survivor, CustomerStats.objects.get(pk=survivor.pk), -1)
    restored = _part(merge, survivor, actor)
    stats = CustomerStats.objects.in_bulk([survivor.pk, *restored])
    for customer in (survivor, *restored.values()):
        changes.customer_joined(customer, +1)
        changes.customer_state(customer, stats[customer.pk], +1)
    changes.write()
    _end(merge, survivor, restored, stats, actor)
    return list(restored.values())


def _part(merge: CustomerMerge, survivor: Customer, actor) -> dict[int, Customer]:
    organisation, kept = merge.organisation, merge.kept
    MergedCustomer.objects.filter(merge=merge).update(is_undone=True)
    restored = _restore(organisation, kept["customers"])
    names = take_back_values(survivor, kept["changes"])
    before, after = kept["bits"]
    survivor.module_bits = before | (survivor.module_bits & ~after)
    moment = timezone.now()
    survivor.updated_at = moment
    survivor.save(update_fields=[*names, "module_bits", "updated_at"])
    return_rows(survivor.pk, kept["moved"])
    restore_rows(kept["rows"])
    for extension in customer_extensions():
        theirs = kept["extensions"].get(type(extension).__name__, {})
        extension.undo_merge(organisation, survivor.pk, kept["moved"], theirs)
    part_points(survivor, restored, kept["points"])
    part_consents(survivor, restored, made=kept["consents"], since=kept["last_consent"], actor=actor)
    part_tags(survivor, restored, kept["tags"])
    part_pairs(kept["pairs"])
    read_anew(organisation, [survivor.pk, *restored])
    _derive(survivor, restored, moment)
    return restored


def _restore(organisation, rows: list[dict]) -> dict[int, Customer]:
    customers = [unpack_row(Customer, values) for values in rows]
    for customer in customers:
        customer.organisation = organisation
    Customer.objects.bulk_create(customers)
    CustomerStats.objects.bulk_create(
        CustomerStats(customer=customer, organisation=organisation) for customer in customers
    )
    return {customer.pk: customer for customer in customers}


def _derive(survivor: Customer, restored: Mapping[int, Customer], moment) -> None:
    """Columns that follow from others, of everybody as they are stored now."""
    for customer in (survivor, *restored.values()):
        customer.refresh_from_db()
        customer.derive()
        customer.updated_at = moment
        customer.save(update_fields=["birthday_month", "email_key", "sort_name", "search_text", "updated_at"])


def _end(merge: CustomerMerge, survivor: Customer, restored: Mapping[int, Customer], stats, actor) -> None:
    organisation = merge.organisation
    CustomerMerge.objects.filter(pk=merge.pk).update(undone_at=timezone.now(), kept={})
    tell(organisation, Topic.CUSTOMER_UPDATED, sorted((survivor.pk, *restored)))
    facts = {pk: {"balance": stats[pk].points, "change": stats[pk].points} for pk in restored}
    tell(organisation, Topic.POINTS_CHANGED, facts, facts=facts)
    for customer in restored.values():
        audit(action="customer.merge_undone", subject=customer, actor=actor, other=survivor.pk)
    audit(action="customer.merge_undone", subject=survivor, actor=actor, others=sorted(restored))


def forget_old_merges() -> None:
    """What an undo would need goes when it is too late for one, pictures of those who are gone included."""
    before = timezone.now() - UNDO_WITHIN - timedelta(hours=1)
    old = CustomerMerge.objects.filter(merged_at__lt=before, undone_at=None).exclude(kept={})
    for merge in old.order_by("merged_at", "pk")[:_AT_ONCE]:
        with transaction.atomic():
            CustomerMerge.objects.filter(pk=merge.pk).update(kept={})
            _remove_pictures(merge)


def _remove_pictures(merge: CustomerMerge) -> None:
    names = {values.get("picture") for values in merge.kept.get("customers", ())}
    before, _after = merge.kept.get("changes", {}).get("picture", ("", ""))
    in_use = Customer.objects.filter(picture__in=names | {before}).values_list("picture", flat=True)
    for name in (names | {before}) - {"", None} - set(in_use):
        remove_file(name)
