"""Writes what a chunk found out: customers, tags, consents, figures, and the effects for the undo."""

import json
from collections import defaultdict
from operator import itemgetter

from backoffice.core.database.bulk import insert_rows, reserve_ids, update_rows
from backoffice.outbox.choices import Topic
from backoffice.outbox.telling import tell
from customers.choices import Channel, ConsentAction, ConsentMethod, Purpose, Source
from customers.consent import Wording, current_wording, record_entries
from customers.contacts import add_contact_points, follow_columns
from customers.extensions import customer_extensions
from customers.fields import stored_fields
from customers.figures import FigureChanges
from customers.importing.chunk import ImportChunk
from customers.importing.effects import Effect
from customers.importing.terms import consent_moment
from customers.models import ConsentEntry, Customer, CustomerStats, ImportEffect, ImportRun
from customers.records import tag_many

_STATS = [item for item in CustomerStats._meta.concrete_fields if not item.generated]
_NEW = [item.attname for item in Customer._meta.concrete_fields]
# What a row can change of a customer: the fields of files, and what follows from them.
CHANGED = (
    "id",
    *(field.name for field in stored_fields()),
    *("email_key", "sort_name", "search_text", "birthday_month", "module_bits", "joined_at", "updated_at"),
)
CONTACT_FIELDS = {"phone", "phone2", "email"}
_FINDINGS = ("changes", "tags", "consents", "withdrawals", "extras", "points")
_EFFECT = ("run_id", "line", "customer_id", "created", *_FINDINGS)
IMPORTED_WORDING = "import"  # the version of a sentence that came with a file


def store(chunk: ImportChunk, run: ImportRun) -> None:
    """Write a chunk; call it inside the transaction in which the chunk was made."""
    _insert_customers(chunk)
    changed = chunk.changed
    rows = [tuple(getattr(changed[pk], name) for name in CHANGED) for pk in sorted(changed)]
    update_rows(Customer, CHANGED, rows)
    _write_points(chunk)
    _write_figures(chunk)
    _write_tags(chunk)
    _write_consents(chunk, run)
    _write_extras(chunk)
    _write_effects(chunk.effects, run)
    _tell(chunk)


def _insert_customers(chunk: ImportChunk) -> None:
    created = chunk.created
    if not created:
        return
    for customer, pk in zip(created, reserve_ids(Customer, len(created)), strict=True):
        customer.pk = pk
    values_of = itemgetter(*_NEW)
    insert_rows(Customer, _NEW, [values_of(vars(customer)) for customer in created])
    names = [item.attname for item in _STATS]
    empty = CustomerStats(organisation_id=chunk.organisation.pk)
    defaults = [getattr(empty, name) for name in names]
    place = names.index("customer_id")
    rows = []
    for customer in created:
        row = defaults.copy()
        row[place] = customer.pk
        rows.append(row)
    insert_rows(CustomerStats, names, rows)


def _write_points(chunk: ImportChunk) -> None:
    further = defaultdict(list)
    for effect in chunk.effects:
        if effect.points:
            further[effect.known.customer.pk] += effect.points
    said = {"further": further, "shared": chunk.said_shared}
    add_contact_points(chunk.organisation, chunk.created, held=chunk.held, **said)
    reached = {
        effect.known.customer.pk: effect.known.customer
        for effect in chunk.effects
        if not effect.known.is_new and (effect.points or effect.changes.keys() & CONTACT_FIELDS)
    }
    follow_columns(chunk.organisation, reached.values(), origin=Source.IMPORT, **said)


def _tell(chunk: ImportChunk) -> None:
    created = {customer.pk for customer in chunk.created}
    tagged = {effect.known.customer.pk for effect in chunk.effects if effect.tags}
    tell(chunk.organisation, Topic.CUSTOMER_CREATED, sorted(created))
    tell(chunk.organisation, Topic.CUSTOMER_UPDATED, sorted((chunk.changed.keys() | tagged) - created))


def _write_figures(chunk: ImportChunk) -> None:
    changes, zero = FigureChanges(chunk.organisation), CustomerStats()
    for customer in chunk.created:
        changes.customer_joined(customer)
        changes.customer_state(customer, zero, +1)
    changed = chunk.changed
    for pk, before in chunk.joined_before.items():
        move_joined(changes, changed[pk], before)
    changes.write()


def move_joined(changes: FigureChanges, customer: Customer, before) -> None:
    """Count a customer on the day of `joined_at` that was counted on the day of `before`."""
    now, customer.joined_at = customer.joined_at, before
    changes.customer_joined(customer, -1)
    customer.joined_at = now
    changes.customer_joined(customer, +1)


def _write_tags(chunk: ImportChunk) -> None:
    tags: dict[int, list[str]] = defaultdict(list)
    for effect in chunk.effects:
        if effect.tags:
            tags[effect.known.customer.pk] += effect.tags
    if tags:
        tag_many(chunk.organisation, tags)


def _write_consents(chunk: ImportChunk, run: ImportRun) -> None:
    """Withdrawals and grants in the order of their rows."""
    spoken = [effect for effect in chunk.effects if effect.consents or effect.withdrawals]
    if not spoken:
        return
    is_proven = chunk.terms.mapping.consent is not None
    wordings = {purpose: _wording(chunk, purpose) for purpose in Purpose} if is_proven else {}
    entries = []
    for effect in spoken:
        pk = effect.known.customer.pk
        entries += [_withdrawal(chunk, pk, purpose, run) for purpose in effect.withdrawals]
        entries += [_entry(chunk, pk, purpose, wordings[Purpose(purpose)]) for purpose in effect.consents]
    record_entries(chunk.organisation, entries)


def _withdrawal(chunk: ImportChunk, customer_id: int, purpose: str, run: ImportRun) -> ConsentEntry:
    return ConsentEntry(
        customer_id=customer_id,
        purpose=purpose,
        channel=Channel.ANY,
        action=ConsentAction.WITHDRAWN,
        method=ConsentMethod.IMPORT,
        origin=run.filename,
        source=Source.IMPORT,
        actor=chunk.terms.actor,
        occurred_at=chunk.now,
        recorded_at=chunk.now,
    )


def _wording(chunk: ImportChunk, purpose: Purpose) -> Wording:
    stated = chunk.terms.mapping.consent.wording
    if stated:
        return Wording(IMPORTED_WORDING, stated, chunk.organisation.language)
    return current_wording(chunk.organisation, purpose, "")


def _entry(chunk: ImportChunk, customer_id: int, purpose: str, wording: Wording) -> ConsentEntry:
    return ConsentEntry(
        customer_id=customer_id,
        purpose=purpose,
        channel=Channel.ANY,
        action=ConsentAction.GRANTED,
        method=ConsentMethod.IMPORT,
        origin=chunk.terms.mapping.consent.origin,
        source=Source.IMPORT,
        wording=wording.text,
        wording_version=wording.version,
        language=wording.language,
        actor=chunk.terms.actor,
        occurred_at=consent_moment(chunk.terms, chunk.now),
        recorded_at=chunk.now,
    )


def _write_extras(chunk: ImportChunk) -> None:
    """Upper apps say for whom they stored something; only that can be taken back."""
    for extension in customer_extensions():
        for column in extension.import_columns:
            with_value = [effect for effect in chunk.effects if column.name in effect.extras]
            if not with_value:
                continue
            values = {effect.known.customer.pk: effect.extras[column.name] for effect in reversed(with_value)}
            stored = extension.store_imported(
                chunk.organisation, column.name, values, actor=chunk.terms.actor
            )
            _keep_stored(with_value, column.name, stored)


def _keep_stored(effects: list[Effect], name: str, stored: set[int]) -> None:
    """The first row of a customer is the one whose value counts."""
    left = set(stored)
    for effect in effects:
        pk = effect.known.customer.pk
        if pk in left:
            left.remove(pk)
        else:
            del effect.extras[name]


def _write_effects(effects: list[Effect], run: ImportRun) -> None:
    kept = [effect for effect in effects if not effect.is_empty]
    rows = [
        (
            run.pk,
            effect.line,
            effect.known.customer.pk,
            effect.created,
            *(_json(getattr(effect, name)) for name in _FINDINGS),
        )
        for effect in kept
    ]
    insert_rows(ImportEffect, _EFFECT, rows)


def _json(value) -> str:
    """As the column takes it past the ORM."""
    if not value:
        return "[]" if isinstance(value, list) else "{}"
    return json.dumps(value, ensure_ascii=False)
