"""Every foreign key to Customer, and what a merge does with its rows; a test compares it with the models."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from customers.extensions import Merging, Relation, customer_extensions
from customers.merging.rows import pack_row, unpack_row
from customers.models import (
    BulkEffect,
    ConsentEntry,
    ContactPoint,
    CustomerMerge,
    CustomerStats,
    CustomerTag,
    DuplicateCandidate,
    DuplicateKey,
    ImportEffect,
)

OWN_RELATIONS = (
    Relation(ConsentEntry, Merging.MOVES),
    Relation(ContactPoint, Merging.UNITED),
    Relation(CustomerTag, Merging.UNITED),
    Relation(DuplicateCandidate, Merging.UNITED, "one"),
    Relation(DuplicateCandidate, Merging.UNITED, "other"),
    Relation(DuplicateKey, Merging.MADE_ANEW),
    # what a bulk action or a file did to somebody who is gone cannot be taken back from the survivor
    Relation(BulkEffect, Merging.KEPT),
    Relation(ImportEffect, Merging.KEPT),
    Relation(CustomerStats, Merging.MADE_ANEW),
    Relation(CustomerMerge, Merging.MOVES, "survivor"),
)


def relations(*ways: Merging) -> list[Relation]:
    """Those of this app and of the upper ones, of these ways or all."""
    upper = (one for extension in customer_extensions() for one in extension.relations)
    return [one for one in (*OWN_RELATIONS, *upper) if not ways or one.merge in ways]


def name_of(relation: Relation) -> str:
    return f"{relation.model._meta.label}.{relation.field}"


def rows_of(relation: Relation, **conditions) -> QuerySet:
    """Plain rows, past the ledgers' refusal to be changed: whose they are is no part of what they say."""
    return QuerySet(relation.model).filter(**conditions).order_by()


def move_rows(survivor_id: int, merged_ids: Sequence[int]) -> dict[str, dict[int, list[int]]]:
    """Give all rows that move to the survivor; returns which were whose, by relation and old id."""
    moved = {}
    for relation in relations(Merging.MOVES):
        rows = rows_of(relation, **{f"{relation.field}__in": merged_ids})
        if pairs := list(rows.values_list(f"{relation.field}_id", "pk")):
            rows.update(**{relation.field: survivor_id})
            moved[name_of(relation)] = of_each = {}
            for old_id, pk in pairs:
                of_each.setdefault(old_id, []).append(pk)
    return moved


def return_rows(survivor_id: int, moved: Mapping[str, Mapping[str, list[int]]]) -> None:
    """Give rows back that are still the survivor's."""
    for relation in relations(Merging.MOVES):
        for old_id, pks in moved.get(name_of(relation), {}).items():
            rows = rows_of(relation, pk__among=pks, **{relation.field: survivor_id})
            rows.update(**{relation.field: int(old_id)})


def keep_rows(merged_ids: Sequence[int]) -> dict[str, list[dict]]:
    """Take rows out that wait for an undo; returns what they were."""
    kept = {}
    for relation in relations(Merging.KEPT):
        rows = rows_of(relation, **{f"{relation.field}__in": merged_ids})
        if found := list(rows):
            kept[name_of(relation)] = [pack_row(row) for row in found]
            rows._raw_delete(rows.db)
    return kept


def restore_rows(kept: Mapping[str, list[dict]]) -> None:
    """Put kept rows back; what they hung on may be gone by now, and they with it."""
    for relation in relations(Merging.KEPT):
        rows = [unpack_row(relation.model, values) for values in kept.get(name_of(relation), ())]
        for field in relation.model._meta.concrete_fields:
            if field.is_relation and rows and field.name != relation.field:
                wanted = {getattr(row, field.attname) for row in rows}
                there = set(QuerySet(field.related_model).filter(pk__in=wanted).values_list("pk", flat=True))
                rows = [row for row in rows if getattr(row, field.attname) in there | {None}]
        QuerySet(relation.model).bulk_create(rows, batch_size=500)
