"""What some rows of a file mean against the guests there are, and how that is stored in one go."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.database.bulk import plain_instance
from backoffice.core.text.text import fold_case
from customers.choices import Source
from customers.consent.ledger import FLAGS
from customers.importing.effects import ChunkGuest, Effect
from customers.importing.keys import has_contact, keys_of_customer, keys_of_row, name_of_row
from customers.importing.line_index import LineIndex, Seen
from customers.importing.mapping import OnExisting
from customers.importing.outcomes import Fate, RowOutcome
from customers.importing.reading import GuestRow, RowFault
from customers.importing.terms import ImportTerms
from customers.locks import hold_customer_creation
from customers.models import ConsentEntry, Customer
from customers.records.tagging import MAX_TAGS


class ImportChunk:
    """Matches rows; `outcomes` say what becomes of them, `effects` what is to be stored.

    Nothing is written here. Unless the terms are dry, call it inside the transaction that stores
    the effects: guests are locked until it ends. `index` knows the earlier rows of the file, those
    before the line `before` (default: before these).
    """

    def __init__(self, terms: ImportTerms, rows: list[GuestRow], index: LineIndex, before: int | None = None):
        self.terms, self.organisation, self.now = terms, terms.organisation, timezone.now()
        self.outcomes: list[RowOutcome] = []
        self.effects: list[Effect] = []
        self.joined_before: dict[int, datetime] = {}
        self.seen: dict[int, Seen] = {}  # what later chunks should know
        self.consents_without_origin = 0
        self._by_key: dict[int, ChunkGuest] = {}
        if not rows:
            return
        if not terms.is_dry:
            hold_customer_creation(self.organisation)
        self._load(rows, index, rows[0].line if before is None else before)
        for row in rows:
            self._take(row)

    @property
    def created(self) -> list[Customer]:
        return [effect.guest.customer for effect in self.effects if effect.created]

    @property
    def changed(self) -> dict[int, Customer]:
        """Stored guests whose own columns change, by id."""
        guests = (effect.guest for effect in self.effects if effect.changes)
        return {guest.customer.pk: guest.customer for guest in guests if not guest.is_new}

    @property
    def consents(self) -> int:
        return sum(len(effect.consents) for effect in self.effects)

    # ---- who is meant

    def _load(self, rows: list[GuestRow], index: LineIndex, before: int) -> None:
        for customer in self._stored(rows):
            guest = ChunkGuest(customer, tags=customer.tag_names, keys=keys_of_customer(customer))
            for key in guest.keys:
                self._by_key[key] = guest
        self._keys = {row.line: keys_of_row(row) for row in rows}
        earlier = index.find({key for keys in self._keys.values() for key in keys.values()})
        self._join_earlier({key: seen for key, seen in earlier.items() if seen.line < before})
        self._spoken = self._decided(rows)

    def _stored(self, rows: list[GuestRow]) -> Iterable[Customer]:
        guests = Customer.objects.of(self.organisation).filter(pk__among=self._stored_ids(rows))
        if not self.terms.is_dry:
            guests = guests.select_for_update(no_key=True)
        for values in guests.order_by("pk").values_list(*_READ):
            yield plain_instance(Customer, dict(zip(_READ, values, strict=True)))

    def _stored_ids(self, rows: list[GuestRow]) -> set[int]:
        """One question per index: joined by OR, SQLite reads all guests of the organisation."""
        wanted = {
            "phone": {row.fields["phone"] for row in rows if "phone" in row.fields},
            "email_key": {fold_case(row.fields["email"]) for row in rows if "email" in row.fields},
            "sort_name": {name_of_row(row) for row in rows if not has_contact(row)},
        }
        guests = Customer.objects.of(self.organisation).values_list("pk", flat=True)
        asked = [guests.filter(**{f"{column}__among": values}) for column, values in wanted.items() if values]
        return {pk for found in asked for pk in found}

    def _join_earlier(self, earlier: dict[int, Seen]) -> None:
        """Mark the guests that earlier rows meant; a dry run also finds those that are not stored."""
        by_identity = {guest.identity: guest for guest in self._by_key.values()}
        for key, seen in earlier.items():
            guest = self._by_key.get(key)
            if guest is None and self.terms.is_dry:
                guest = by_identity.setdefault(seen.guest, ChunkGuest(None, seen.line))
                self._by_key[key] = guest
            if guest is not None:
                guest.line = seen.line

    def _decided(self, rows: list[GuestRow]) -> set[tuple[int, str]]:
        """Customer id and purpose of which the ledger has a line: what was said before stands."""
        if not any(row.allowed for row in rows):
            return set()
        ids = {guest.customer.pk for guest in self._by_key.values() if guest.customer}
        entries = ConsentEntry.objects.filter(customer_id__in=ids)
        return set(entries.values_list("customer_id", "purpose"))

    def _take(self, row: GuestRow) -> None:
        keys = self._keys[row.line]
        guests = {kind: guest for kind, key in keys.items() if (guest := self._by_key.get(key))}
        guest = next(iter(guests.values()), None)
        if any(other is not guest for other in guests.values()):
            self.outcomes.append(self._conflict(row, guests))
            return
        if guest is None:
            outcome, effect = self._create(row)
        elif guest.line:
            outcome, effect = self._join(guest, row)
        else:
            outcome, effect = self._meet(guest, row)
        self._remember(effect.guest, row)
        self.outcomes.append(outcome)
        if not effect.is_empty:
            self.effects.append(effect)

    def _remember(self, guest: ChunkGuest, row: GuestRow) -> None:
        guest.line = guest.line or row.line
        # of a guest that is stored or new only what was taken over counts, not what was left out
        keys = guest.keys if guest.customer else self._keys[row.line].values()
        for key in keys:
            self._by_key[key] = guest
            self.seen[key] = Seen(guest.identity, guest.line)

    def _conflict(self, row: GuestRow, guests: dict[str, ChunkGuest]) -> RowOutcome:
        reason = _("The phone number belongs to one customer and the e-mail to another.")
        column = self.terms.mapping.header_of("phone")
        fault = RowFault(row.line, column, row.fields["phone"], reason, "conflict")
        rivals = {kind: guest.identity for kind, guest in guests.items()}
        return RowOutcome(row.line, Fate.CONFLICT, faults=[fault], rivals=rivals)

    # ---- what the row does

    def _create(self, row: GuestRow) -> tuple[RowOutcome, Effect]:
        values = {
            "organisation_id": self.organisation.pk,
            "location_id": self.terms.location.pk,
            "source": row.source or Source.IMPORT,
            "module_bits": row.module_bits,
            "joined_at": row.joined_at or self.now,
            "updated_at": self.now,
            "is_active": row.is_active,
            **row.fields,
        }
        customer = plain_instance(Customer, _DEFAULTS | values, is_new=True)
        if not self.terms.is_dry:
            customer.derive()
        guest = ChunkGuest(customer, row.line, is_new=True, keys=[*self._keys[row.line].values()])
        effect, outcome = Effect(row.line, guest, created=True), RowOutcome(row.line, Fate.NEW)
        self._add(effect, row, outcome)
        return outcome, effect

    def _join(self, guest: ChunkGuest, row: GuestRow) -> tuple[RowOutcome, Effect]:
        """A second row of one guest: it only completes, whatever is chosen for guests who exist."""
        effect = Effect(row.line, guest)
        outcome = RowOutcome(row.line, Fate.DUPLICATE, other_line=guest.line)
        if guest.customer and (guest.is_new or self.terms.mapping.on_existing != OnExisting.SKIP):
            effect.changes = self._change(guest, row, outcome, overwrite=False)
            self._add(effect, row, outcome)
        return outcome, effect

    def _meet(self, guest: ChunkGuest, row: GuestRow) -> tuple[RowOutcome, Effect]:
        """A guest whom the organisation has."""
        effect, outcome = Effect(row.line, guest), RowOutcome(row.line, Fate.UNCHANGED)
        mode = self.terms.mapping.on_existing
        if mode == OnExisting.SKIP:
            return outcome, effect
        effect.changes = self._change(guest, row, outcome, overwrite=mode == OnExisting.OVERWRITE)
        self._add(effect, row, outcome)
        if effect.changes or effect.tags or effect.consents:
            outcome.fate = Fate.COMPLETED
        return outcome, effect

    def _change(self, guest: ChunkGuest, row: GuestRow, outcome: RowOutcome, *, overwrite: bool) -> dict:
        """Set what the row knows better; returns [before, after] by field."""
        customer, new = guest.customer, {}
        for name, value in row.fields.items():
            old = getattr(customer, name)
            if old in ("", None):
                new[name] = value
            elif name == "email":
                if fold_case(old) != fold_case(value):
                    outcome.hints.append(
                        _("The customer keeps the e-mail that is stored; this one is left out.")
                    )
            elif old != value and overwrite:
                new[name] = value
            elif old != value and name == "phone":
                outcome.hints.append(
                    _("The customer keeps the phone number that is stored; this one is left out.")
                )
        if row.joined_at is not None and row.joined_at < customer.joined_at:
            new["joined_at"] = row.joined_at
        bits = customer.module_bits | row.module_bits
        if bits != customer.module_bits:
            new["module_bits"] = bits
        return self._set(guest, new) if new else {}

    def _set(self, guest: ChunkGuest, new: dict) -> dict:
        customer = guest.customer
        if "joined_at" in new and customer.pk:
            self.joined_before.setdefault(customer.pk, customer.joined_at)
        changes = {name: [_plain(getattr(customer, name)), _plain(value)] for name, value in new.items()}
        for name, value in new.items():
            setattr(customer, name, value)
        customer.updated_at = self.now
        customer.derive()
        guest.keys = keys_of_customer(customer)
        return changes

    def _add(self, effect: Effect, row: GuestRow, outcome: RowOutcome) -> None:
        """Tags, consents and what upper apps keep."""
        effect.tags = self._new_tags(effect.guest, row, outcome)
        if row.allowed:
            effect.consents = self._new_consents(effect.guest, row, outcome)
        if row.denied:
            self._mention_denied(effect.guest.customer, row, outcome)
        effect.extras = dict(row.extras)

    def _new_tags(self, guest: ChunkGuest, row: GuestRow, outcome: RowOutcome) -> list[str]:
        names = [*row.tags, self.terms.mapping.tag] if self.terms.mapping.tag else row.tags
        known = {fold_case(name) for name in guest.tags}
        new = [name for name in dict.fromkeys(names) if fold_case(name) not in known]
        if len(known) + len(new) > MAX_TAGS:
            new = new[: max(0, MAX_TAGS - len(known))]
            outcome.hints.append(_("A guest has at most %(count)d tags.") % {"count": MAX_TAGS})
        guest.tags = [*guest.tags, *new]
        return new

    def _new_consents(self, guest: ChunkGuest, row: GuestRow, outcome: RowOutcome) -> list[str]:
        """Purposes of which the guest never said anything."""
        if self.terms.mapping.consent is None:
            self.consents_without_origin += len(row.allowed)
            return []
        new = []
        for purpose in row.allowed:
            spoken = (guest.identity, purpose)
            if spoken not in self._spoken:
                self._spoken.add(spoken)
                new.append(purpose.value)
            elif not guest.is_new and not getattr(guest.customer, FLAGS[purpose]):
                hint = _("%(purpose)s: the customer withdrew it earlier; that stays so.")
                outcome.hints.append(hint % {"purpose": purpose.label})
        return new

    def _mention_denied(self, customer: Customer, row: GuestRow, outcome: RowOutcome) -> None:
        for purpose in row.denied:
            if getattr(customer, FLAGS[purpose]):
                hint = _("%(purpose)s: the file says no, the customer has allowed it. It stays allowed.")
                outcome.hints.append(hint % {"purpose": purpose.label})


_DEFAULTS = {item.attname: item.get_default() for item in Customer._meta.concrete_fields}
# all but what `derive` sets, what every change sets, and what no import touches
_READ = [name for name in _DEFAULTS if name not in ("search_text", "birthday_month", "updated_at", "picture")]


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value
