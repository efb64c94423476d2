"""Customers who are one person become one: nothing is lost, and it can be undone (PRODUCT L12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from backoffice.audit.services import audit
from backoffice.outbox.choices import Topic
from backoffice.outbox.telling import tell
from customers.extensions import Merging, customer_extensions
from customers.figures import FigureChanges, rebuild_statistics
from customers.locks import hold_customer_creation, lock_customers
from customers.merging.consents import settle, unite_consents
from customers.merging.contact_points import COLUMNS, unite_points
from customers.merging.pairs import unite_pairs
from customers.merging.relations import keep_rows, move_rows, relations, rows_of
from customers.merging.rows import pack_row
from customers.merging.tags import unite_tags
from customers.merging.values import apply_values, chosen_values, default_choices, told_choices, united_notes
from customers.models import ConsentEntry, Customer, CustomerMerge, CustomerStats, MergedCustomer

MOST = 20


class MergeRefused(Exception):
    """These cannot be merged: too few or too many, or somebody among them twice."""


class StaleMerge(Exception):
    """Somebody merged, removed or changed one of them meanwhile; nothing was written. `ids` are whose."""

    def __init__(self, ids):
        super().__init__(sorted(ids))
        self.ids = sorted(ids)


@dataclass(frozen=True)
class MergeWish:
    """Who becomes whom. `choices` say by name of `values.choices` whose value stays, the default for all
    others; `seen` are the `updated_at` that somebody looked at, by id."""

    survivor_id: int
    merged_ids: tuple[int, ...]
    choices: Mapping[str, int] = field(default_factory=dict)
    seen: Mapping[int, object] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[int, ...]:
        return (self.survivor_id, *self.merged_ids)

    def check(self) -> None:
        """Raises MergeRefused."""
        ids = set(self.ids)
        if not 2 <= len(ids) <= MOST or len(ids) != len(self.ids) or not set(self.choices.values()) <= ids:
            raise MergeRefused


@transaction.atomic
def merge_customers(organisation, wish: MergeWish, *, actor) -> CustomerMerge:
    """Give everything of the merged ones to the survivor and take their rows out; returns the record.

    Locks the creation of customers, then all of them in ascending order: an order that is being recorded
    waits and finds the survivor. Raises MergeRefused and StaleMerge; nothing is written then.
    """
    wish.check()
    hold_customer_creation(organisation)
    customers = _locked(organisation, wish)
    survivor, others = customers[wish.survivor_id], [customers[pk] for pk in wish.merged_ids]
    changes = FigureChanges(organisation)
    points_before = _count(changes, customers.values(), -1)[survivor.pk].points
    merge = CustomerMerge(organisation=organisation, survivor=survivor, actor=actor)
    merge.kept = _unite(organisation, survivor, others, wish, actor)
    merge.save()
    MergedCustomer.objects.bulk_create(
        MergedCustomer(merge=merge, organisation=organisation, old_id=one.pk) for one in others
    )
    _remove(wish.merged_ids)
    read_anew(organisation, [survivor.pk])
    stats = _count(changes, [survivor], +1)[survivor.pk]
    changes.write()
    _tell(organisation, survivor, wish.merged_ids, stats, points_before)
    _log(merge, survivor, others, actor)
    return merge


def _locked(organisation, wish: MergeWish) -> dict[int, Customer]:
    locked = {one.pk: one for one in lock_customers(organisation, wish.ids, to_remove=True)}
    for customer in locked.values():
        customer.organisation = organisation
    changed = {pk for pk, at in wish.seen.items() if pk in locked and locked[pk].updated_at != at}
    if stale := changed | (set(wish.ids) - locked.keys()):
        raise StaleMerge(stale)
    return locked


def _count(changes: FigureChanges, customers, sign: int) -> dict[int, CustomerStats]:
    """Put what they count for into the figures, or take it out; returns their statistics."""
    stats = CustomerStats.objects.in_bulk([customer.pk for customer in customers])
    for customer in customers:
        changes.customer_joined(customer, sign)
        changes.customer_state(customer, stats[customer.pk], sign)
    return stats


def _unite(organisation, survivor: Customer, others: Sequence[Customer], wish: MergeWish, actor) -> dict:
    everybody = [survivor, *others]
    by_age = sorted(others, key=lambda one: (one.joined_at, one.pk))
    by_id = {one.pk: one for one in everybody}
    chosen = default_choices(survivor, by_age) | told_choices(by_id, wish.choices)
    values = chosen_values(by_id, chosen)
    values["notes"] = united_notes([survivor, *by_age])
    values["joined_at"] = min(one.joined_at for one in everybody)
    values["is_active"] = any(one.is_active for one in everybody)
    kept = {"customers": [pack_row(one) for one in others], "bits": survivor.module_bits}
    ids = [one.pk for one in others]
    kept["extensions"] = {
        type(extension).__name__: extension.merge_customers(organisation, survivor.pk, ids)
        for extension in customer_extensions()
    }
    kept["last_consent"] = ConsentEntry.objects.aggregate(last=Max("pk"))["last"] or 0
    settled = settle(everybody, _email_key(values["email"]))
    kept["moved"] = move_rows(survivor.pk, ids)
    kept["points"] = unite_points(survivor, ids, {name: values[name] for name in COLUMNS})
    kept["pairs"] = unite_pairs(survivor.pk, ids)
    kept["rows"] = keep_rows(ids)
    kept["changes"] = _write(survivor, others, values)
    kept["consents"] = unite_consents(survivor, settled, actor)
    kept["tags"] = unite_tags(survivor, others)
    bits = Customer.objects.values_list("module_bits", flat=True).get(pk=survivor.pk)
    kept["bits"] = [kept["bits"], bits]
    return kept


def _email_key(email: str) -> str:
    probe = Customer(email=email)
    probe.derive()
    return probe.email_key


def _write(survivor: Customer, others: Sequence[Customer], values: Mapping) -> dict[str, list]:
    changes = apply_values(survivor, values)
    for one in others:
        survivor.module_bits |= one.module_bits
    survivor.updated_at = timezone.now()
    survivor.save()
    return changes


def read_anew(organisation, customer_ids: list[int]) -> None:
    """Statistics, and what upper apps keep beside them, from the rows as they are now."""
    rebuild_statistics(organisation, customer_ids)
    for extension in customer_extensions():
        extension.rows_moved(organisation, customer_ids)


def _remove(merged_ids: Sequence[int]) -> None:
    """Rows that follow from others, then the customers; what nobody has thought of stops it here."""
    for relation in relations(Merging.MADE_ANEW):
        rows = rows_of(relation, **{f"{relation.field}__in": merged_ids})
        rows._raw_delete(rows.db)
    rows = Customer.objects.filter(pk__in=merged_ids)
    rows._raw_delete(rows.db)


def _tell(organisation, survivor: Customer, merged_ids: Sequence[int], stats, points_before: int) -> None:
    # the merged ones as gone, with whose they are now
    tell(organisation, Topic.CUSTOMER_UPDATED, sorted((survivor.pk, *merged_ids)))
    if change := stats.points - points_before:
        facts = {survivor.pk: {"balance": stats.points, "change": change}}
        tell(organisation, Topic.POINTS_CHANGED, facts, facts=facts)


def _log(merge: CustomerMerge, survivor: Customer, others: Sequence[Customer], actor) -> None:
    for one in others:
        audit(action="customer.merged_into", subject=one, actor=actor, other=survivor.pk, merge=merge.pk)
    audit(
        action="customer.merged",
        subject=survivor,
        actor=actor,
        others=[one.pk for one in others],
        merge=merge.pk,
    )
