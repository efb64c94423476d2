"""Takes an import back: its customers go unless they have done something since, fields return unless
somebody has changed them since, consents get a withdrawal, withdrawals the consent they ended.
"""

from collections import defaultdict
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from backoffice.core.database.bulk import update_rows
from backoffice.imports.runs import end_undo
from backoffice.jobs.running import RunningJob
from backoffice.outbox.choices import Topic
from backoffice.outbox.telling import tell
from customers.choices import ConsentAction, ConsentMethod, Purpose, Source
from customers.consent import FLAGS, record_entries
from customers.contacts import follow_columns, follow_points, owner_of
from customers.extensions import customer_extensions
from customers.field_kinds import DAY_KINDS
from customers.fields import stored_fields
from customers.figures import FigureChanges
from customers.importing.storing import CHANGED, move_joined
from customers.locks import lock_customers
from customers.models import ConsentEntry, ContactPoint, Customer, ImportEffect, ImportRun
from customers.records import remove_untouched, untag_many

CHUNK = 500
# How effects keep what JSON does not know; all else is stored as it is.
_CONVERT = {field.name: date.fromisoformat for field in stored_fields() if field.kind in DAY_KINDS}
_CONVERT["joined_at"] = datetime.fromisoformat


def undo_chunks(run: ImportRun, running: RunningJob) -> None:
    """Take back every effect of a run, the last row first, a chunk per transaction."""
    total = ImportEffect.objects.filter(run=run).count() + running.job.done_count
    counts = {"removed": 0, "restored": 0, "kept": 0, "withdrawn": 0} | running.job.counts
    done = running.job.done_count
    while True:
        running.give_way()
        with transaction.atomic():
            # what is taken back is deleted, so the last effects are always those left to do
            effects = _last_effects(run)
            if not effects:
                break
            _Undo(run, running.job.actor, effects).take_back(counts)
            ImportEffect.objects.filter(pk__in=[effect.pk for effect in effects]).delete()
            done += len(effects)
            running.advance(done=done, total=total, counts=counts)
    end_undo(run, running.job.actor, counts)


def _last_effects(run: ImportRun) -> list[ImportEffect]:
    """The last CHUNK of them, and what else belongs to customers whom the run created: such a customer goes
    or stays as a whole."""
    effects = ImportEffect.objects.filter(run=run).order_by("-line")
    last = list(effects[:CHUNK])
    complete = {effect.customer_id for effect in last if effect.created}
    begun = {effect.customer_id for effect in last} - complete
    created = effects.filter(created=True, customer_id__in=begun).values_list("customer_id", flat=True)
    if ids := list(created):
        last += effects.filter(customer_id__in=ids, line__lt=last[-1].line)
    return last


class _Undo:
    """Some effects of a run against the customers as they are now, who are locked."""

    def __init__(self, run: ImportRun, actor, effects: list[ImportEffect]):
        self.run, self.organisation, self.actor = run, run.organisation, actor
        self.effects = effects
        self.created = {effect.customer_id for effect in effects if effect.created}
        ids = {effect.customer_id for effect in effects}
        customers = lock_customers(self.organisation, ids, to_remove=True)
        self.customers = {customer.pk: customer for customer in customers}

    def take_back(self, counts: dict[str, int]) -> None:
        came = [self.customers[pk] for pk in sorted(self.created) if pk in self.customers]
        going = remove_untouched(self.organisation, came, since=self.run.started_at, run=self.run)
        counts["removed"] += len(going)
        staying = [effect for effect in self.effects if effect.customer_id not in going]
        counts["kept"] += sum(effect.created for effect in staying)
        restored = self._restore(staying)
        counts["restored"] += len(restored)
        restored |= self._take_back_points(staying)
        restored |= self._untag(staying)
        tell(self.organisation, Topic.CUSTOMER_UPDATED, sorted(restored))
        self._take_back_extras(staying)
        counts["withdrawn"] += self._withdraw(staying)
        self._grant_again(staying)

    def _restore(self, effects: list[ImportEffect]) -> set[int]:
        """Give fields their old value where they still have the one of the import."""
        changes, restored, phones = FigureChanges(self.organisation), {}, {}
        for effect in effects:
            customer = self.customers.get(effect.customer_id)
            if customer is None or customer.pk in self.created:
                continue
            joined_before = customer.joined_at
            returning = self._returning(customer, effect.changes)
            if returning.get("phone"):
                phones[customer.pk] = returning.pop("phone")
            if returning:
                vars(customer).update(returning)
                restored[customer.pk] = customer
            if customer.joined_at != joined_before:
                move_joined(changes, customer, joined_before)
        self._write([restored[pk] for pk in sorted(restored)])
        restored |= self._return_phones(phones)
        changes.write()
        return set(restored)

    def _returning(self, customer: Customer, changes: dict[str, list]) -> dict[str, object]:
        """The old values of fields that still have the new ones."""
        returning = {}
        for name, (before, after) in changes.items():
            convert = _CONVERT.get(name, lambda value: value)
            if getattr(customer, name) == convert(after):
                returning[name] = None if before is None else convert(before)
        return returning

    def _return_phones(self, phones: dict[int, str]) -> dict[int, Customer]:
        """Overwritten numbers, the last first: one that belongs to somebody else by now stays there."""
        restored = {}
        for pk, phone in phones.items():
            if not owner_of(self.organisation, phone=phone).exclude(pk=pk).exists():
                self.customers[pk].phone = phone
                self._write([self.customers[pk]])
                restored[pk] = self.customers[pk]
        return restored

    def _write(self, customers: list[Customer]) -> None:
        for customer in customers:
            customer.updated_at = timezone.now()
            customer.derive()
        update_rows(
            Customer, CHANGED, [tuple(getattr(customer, name) for name in CHANGED) for customer in customers]
        )
        follow_columns(self.organisation, customers, origin=Source.IMPORT, keeps_old=False)

    def _take_back_points(self, effects: list[ImportEffect]) -> set[int]:
        """Further phones and e-mails, but for one that has become the first since."""
        with_points = [effect for effect in effects if effect.points and effect.customer_id in self.customers]
        mine = Q()
        for effect in with_points:
            for kind, key, _value in effect.points:
                mine |= Q(customer=effect.customer_id, kind=kind, key=key)
        if mine:
            ContactPoint.objects.filter(mine, place__gt=0).delete()
            follow_points({self.customers[effect.customer_id] for effect in with_points})
        return {effect.customer_id for effect in with_points}

    def _untag(self, effects: list[ImportEffect]) -> set[int]:
        tags = {}
        for effect in effects:
            if effect.tags and effect.customer_id in self.customers:
                tags.setdefault(effect.customer_id, []).extend(effect.tags)
        untag_many(self.organisation, tags)
        return set(tags)

    def _take_back_extras(self, effects: list[ImportEffect]) -> None:
        for extension in customer_extensions():
            for column in extension.import_columns:
                values = {
                    effect.customer_id: effect.extras[column.name]
                    for effect in effects
                    if column.name in effect.extras and effect.customer_id in self.customers
                }
                if values:
                    extension.take_back_imported(self.organisation, column.name, values, actor=self.actor)

    def _withdraw(self, effects: list[ImportEffect]) -> int:
        """A withdrawal for each consent of the import that is still the newest word."""
        granted = [(effect.customer_id, purpose) for effect in effects for purpose in effect.consents]
        newest = self._newest_entries({pk for pk, _purpose in granted})
        entries = [self._withdrawal(*key) for key in granted if self._still_stands(*key, newest.get(key))]
        return record_entries(self.organisation, entries) if entries else 0

    def _grant_again(self, effects: list[ImportEffect]) -> None:
        """The consent that a withdrawal of the import ended, with its own evidence, unless more was said."""
        withdrawn = {(effect.customer_id, purpose) for effect in effects for purpose in effect.withdrawals}
        lines = defaultdict(list)
        for entry in self._entries({pk for pk, _purpose in withdrawn}):
            lines[entry.customer_id, entry.purpose].append(entry)
        again = []
        for key in sorted(withdrawn):
            *_older, before, newest = [None, None, *lines[key]]
            if before and before.action == ConsentAction.GRANTED and self._is_ours(newest):
                before.pk, before.recorded_at, before.actor = None, None, self.actor
                again.append(before)
        if again:
            record_entries(self.organisation, again)

    def _newest_entries(self, ids: set[int]) -> dict[tuple[int, str], ConsentEntry]:
        return {(entry.customer_id, entry.purpose): entry for entry in self._entries(ids)}

    @staticmethod
    def _entries(ids: set[int]) -> QuerySet[ConsentEntry]:
        return ConsentEntry.objects.filter(customer_id__in=ids).order_by("id")

    def _still_stands(self, customer_id: int, purpose: str, newest: ConsentEntry | None) -> bool:
        customer = self.customers.get(customer_id)
        if customer is None or newest is None or not getattr(customer, FLAGS[Purpose(purpose)]):
            return False
        return self._is_ours(newest)

    def _is_ours(self, entry: ConsentEntry) -> bool:
        return entry.method == ConsentMethod.IMPORT and entry.recorded_at >= self.run.started_at

    def _withdrawal(self, customer_id: int, purpose: str) -> ConsentEntry:
        return ConsentEntry(
            customer_id=customer_id,
            purpose=purpose,
            action=ConsentAction.WITHDRAWN,
            method=ConsentMethod.IMPORT,
            origin=f"import {self.run.pk}",
            source=Source.IMPORT,
            actor=self.actor,
            occurred_at=timezone.now(),
        )
