"""What some rows of a file mean against the customers there are, and how that is stored in one go."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.database.bulk import plain_instance
from backoffice.core.files.refused import Fault
from customers.choices import ConsentAction, Source
from customers.consent import FLAGS
from customers.contacts import Held
from customers.importing.effects import Effect, KnownCustomer
from customers.importing.line_index import LineIndex, Seen
from customers.importing.mapping import OnExisting
from customers.importing.meant import DEFAULTS, MeantCustomers
from customers.importing.outcomes import Fate, RowOutcome
from customers.importing.persons import begin_alike, may_be_one_person
from customers.importing.stated import CustomerRow
from customers.importing.terms import ImportTerms
from customers.importing.values import Answer
from customers.locks import hold_customer_creation
from customers.models import ConsentEntry, Customer
from customers.models.customer import email_key
from customers.models.tag import MAX_TAGS, tag_key


class ImportChunk:
    """Matches rows; `outcomes` say what becomes of them, `effects` what is to be stored.

    Nothing is written here. Unless the terms are dry, call it inside the transaction that stores
    the effects: customers are locked until it ends. `index` knows the earlier rows of the file, those
    before the line `before` (default: before these).
    """

    def __init__(
        self, terms: ImportTerms, rows: list[CustomerRow], index: LineIndex, before: int | None = None
    ):
        self.terms, self.organisation, self.now = terms, terms.organisation, timezone.now()
        self.outcomes: list[RowOutcome] = []
        self.effects: list[Effect] = []
        self.joined_before: dict[int, datetime] = {}
        self.seen: dict[int, Seen] = {}  # what later chunks should know
        self.held: list[Held] = []
        self.said_shared: set[tuple[str, str]] = set()
        if not rows:
            return
        if not terms.is_dry:
            hold_customer_creation(self.organisation)
        self._people = MeantCustomers(terms, rows, index, rows[0].line if before is None else before)
        self.held, self.seen = self._people.held, self._people.seen
        self.said_shared = self._people.said_shared
        self._spoken = self._decided(rows)
        for row in rows:
            self._take(row)

    @property
    def created(self) -> list[Customer]:
        return [effect.known.customer for effect in self.effects if effect.created]

    @property
    def changed(self) -> dict[int, Customer]:
        """Stored customers whose own columns change, by id."""
        known = (effect.known for effect in self.effects if effect.changes)
        return {one.customer.pk: one.customer for one in known if not one.is_new}

    # ---- who is meant

    def _decided(self, rows: list[CustomerRow]) -> dict[tuple[int, str], str]:
        """The newest word in the ledger by customer id and purpose: what was said before stands."""
        if not any(row.answers for row in rows):
            return {}
        entries = ConsentEntry.objects.filter(customer_id__in=self._people.ids).order_by("pk")
        return {
            (customer, purpose): action
            for customer, purpose, action in entries.values_list("customer_id", "purpose", "action")
        }

    def _take(self, row: CustomerRow) -> None:
        meant = self._people.meant(row)
        strangers = self._strangers(row, meant)
        if len(set(map(id, strangers.values()))) > 1:
            strangers = {}  # the contacts of two others: only a person can tell
        for kind in strangers:
            self._people.leave_out(row, kind)
        if strangers:
            meant = self._people.meant(row)
        known = next(iter(meant.values()), None)
        if any(other is not known for other in meant.values()):
            self.outcomes.append(self._conflict(row, meant))
            return
        if known is None:
            outcome, effect = self._create(row)
        elif known.line:
            outcome, effect = self._join(known, row)
        else:
            outcome, effect = self._meet(known, row)
        self._mention_strangers(strangers, outcome)
        self._people.remember(effect.known, row)
        self.outcomes.append(outcome)
        if not effect.is_empty:
            self.effects.append(effect)

    def _strangers(self, row: CustomerRow, meant: dict[str, KnownCustomer]) -> dict[str, KnownCustomer]:
        """Those of them who share a contact with the row's person and are called otherwise."""
        shared = {} if row.is_settled else {kind: known for kind, known in meant.items() if kind != "name"}
        others = {
            kind: known for kind, known in shared.items() if not may_be_one_person(known.name, row.name)
        }
        if (
            len(others) == 2
            and others["phone"] is others["email"]
            and begin_alike(others["phone"].name, row.name)
        ):
            return {}  # with both contacts a new last name is no new person
        return others

    def _mention_strangers(self, strangers: dict[str, KnownCustomer], outcome: RowOutcome) -> None:
        for kind, known in strangers.items():
            outcome.hints.append(_SHARED[kind] % {"name": known.name})
            outcome.rivals[kind] = known.identity

    def _conflict(self, row: CustomerRow, meant: dict[str, KnownCustomer]) -> RowOutcome:
        reason = _("The phone number belongs to one customer and the e-mail to another.")
        column = self.terms.mapping.header_of("phone")
        fault = Fault(row.line, column, row.fields["phone"], reason, "conflict")
        rivals = {kind: known.identity for kind, known in meant.items()}
        return RowOutcome(row.line, Fate.CONFLICT, faults=[fault], rivals=rivals)

    # ---- what the row does

    def _create(self, row: CustomerRow) -> tuple[RowOutcome, Effect]:
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
        customer = plain_instance(Customer, DEFAULTS | values, is_new=True)
        if self.terms.is_dry:
            customer.email_key = email_key(customer.email)
        else:
            customer.derive()
        known = KnownCustomer(customer, row.line, is_new=True)
        further = self._new_points(known, row)
        effect, outcome = Effect(row.line, known, created=True, points=further), _outcome(row, Fate.NEW)
        self._add(effect, row, outcome)
        return outcome, effect

    def _join(self, known: KnownCustomer, row: CustomerRow) -> tuple[RowOutcome, Effect]:
        """A second row of one customer: it only completes, whatever is chosen for customers who exist."""
        effect = Effect(row.line, known)
        outcome = _outcome(row, Fate.DUPLICATE, other_line=known.line)
        if known.customer and (known.is_new or self.terms.mapping.on_existing != OnExisting.SKIP):
            effect.changes = self._change(known, row, outcome, overwrite=False)
            effect.points = self._new_points(known, row)
            self._add(effect, row, outcome)
        return outcome, effect

    def _meet(self, known: KnownCustomer, row: CustomerRow) -> tuple[RowOutcome, Effect]:
        """A customer whom the organisation has."""
        effect, outcome = Effect(row.line, known), _outcome(row, Fate.UNCHANGED)
        mode = self.terms.mapping.on_existing
        if mode == OnExisting.SKIP:
            return outcome, effect
        effect.changes = self._change(known, row, outcome, overwrite=mode == OnExisting.OVERWRITE)
        effect.points = self._new_points(known, row)
        self._add(effect, row, outcome)
        if effect.is_change:
            outcome.fate = Fate.COMPLETED
        return outcome, effect

    def _change(
        self, known: KnownCustomer, row: CustomerRow, outcome: RowOutcome, *, overwrite: bool
    ) -> dict:
        """Set what the row knows better; returns [before, after] by field."""
        customer, new = known.customer, {}
        for name, value in row.fields.items():
            old = getattr(customer, name)
            if name in _CONTACTS and known.has(*_contact(name, value)):
                self._promote(customer, name, value, new)
            elif old in ("", None):
                new[name] = value
            elif name == "email":
                outcome.hints.append(_("The customer keeps the e-mail that is stored; this one is left out."))
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
        return self._set(known, new) if new else {}

    def _new_points(self, known: KnownCustomer, row: CustomerRow) -> list[tuple[str, str, str]]:
        """Contact points beyond the fields that the customer neither has nor had; another second number
        than theirs is one more.
        """
        second = row.fields.get("phone2")
        own = [("phone", second, second)] if second else []
        new = []
        for kind, key, value in (*own, *row.further):
            if not known.finds(kind, key):
                known.points[kind, key] = len(known.points) + 1
                new.append((kind, key, value))
        return new

    @staticmethod
    def _promote(customer: Customer, name: str, value: str, new: dict) -> None:
        """A second number becomes the first of a customer who has none; all else of theirs stays."""
        if name == "phone" and not customer.phone and customer.phone2 == value:
            new |= {"phone": value, "phone2": ""}

    def _set(self, known: KnownCustomer, new: dict) -> dict:
        customer = known.customer
        if "joined_at" in new and customer.pk:
            self.joined_before.setdefault(customer.pk, customer.joined_at)
        changes = {name: [_plain(getattr(customer, name)), _plain(value)] for name, value in new.items()}
        for name, value in new.items():
            setattr(customer, name, value)
        customer.updated_at = self.now
        customer.derive()
        return changes

    def _add(self, effect: Effect, row: CustomerRow, outcome: RowOutcome) -> None:
        """Tags, consents and what upper apps keep."""
        effect.tags = self._new_tags(effect.known, row, outcome)
        if row.answers:
            effect.withdrawals = self._new_withdrawals(effect.known, row, outcome)
            effect.consents = self._new_consents(effect.known, row, outcome)
            outcome.withdrawals, outcome.consents = len(effect.withdrawals), len(effect.consents)
        effect.extras = dict(row.extras)

    def _new_tags(self, known: KnownCustomer, row: CustomerRow, outcome: RowOutcome) -> list[str]:
        names = [*row.tags, self.terms.mapping.tag] if self.terms.mapping.tag else row.tags
        taken = {tag_key(name) for name in known.tags}
        new = [name for name in dict.fromkeys(names) if tag_key(name) not in taken]
        if len(taken) + len(new) > MAX_TAGS:
            new = new[: max(0, MAX_TAGS - len(taken))]
            outcome.hints.append(_("A customer has at most %(count)d tags.") % {"count": MAX_TAGS})
        known.tags = [*known.tags, *new]
        return new

    def _new_consents(self, known: KnownCustomer, row: CustomerRow, outcome: RowOutcome) -> list[str]:
        """Purposes of which the customer never said anything."""
        if self.terms.mapping.consent is None:
            outcome.consents_without_origin = len(row.allowed)
            return []
        new = []
        for purpose in row.allowed:
            spoken = (known.identity, purpose)
            if spoken not in self._spoken:
                self._spoken[spoken] = ConsentAction.GRANTED
                new.append(purpose.value)
            elif self._spoken[spoken] != ConsentAction.GRANTED:
                hint = _("%(purpose)s: the customer withdrew it earlier; that stays so.")
                outcome.hints.append(hint % {"purpose": purpose.label})
        return new

    def _new_withdrawals(self, known: KnownCustomer, row: CustomerRow, outcome: RowOutcome) -> list[str]:
        """Purposes that the row withdraws. A plain no does so only where the person importing says it."""
        new = []
        for purpose, answer in row.answers.items():
            if answer is Answer.WITHDRAWN or (answer is Answer.NO and self.terms.mapping.no_withdraws):
                spoken = (known.identity, purpose)
                if self._spoken.get(spoken) != ConsentAction.WITHDRAWN:
                    self._spoken[spoken] = ConsentAction.WITHDRAWN
                    new.append(purpose.value)
            elif answer is Answer.NO:
                outcome.denials += 1
                if known.customer and getattr(known.customer, FLAGS[purpose]):
                    hint = _("%(purpose)s: the file says no, the customer has allowed it. It stays allowed.")
                    outcome.hints.append(hint % {"purpose": purpose.label})
        return new


_SHARED = {
    "phone": gettext_lazy(
        "Same phone number, other name: %(name)s. Both stay; this row comes in without it."
    ),
    "email": gettext_lazy("Same e-mail, other name: %(name)s. Both stay; this row comes in without it."),
}
_CONTACTS = {"phone": "phone", "phone2": "phone", "email": "email"}


def _contact(name: str, value: str) -> tuple[str, str]:
    """Kind and key of what a field says."""
    return _CONTACTS[name], email_key(value) if name == "email" else value


def _outcome(row: CustomerRow, fate: Fate, **more) -> RowOutcome:
    return RowOutcome(row.line, fate, faults=[*row.left_out], hints=[*row.hints], **more)


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value
