"""What some rows of a file mean against the guests there are, and how that is stored in one go."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.bulk import insert_rows, reserve_ids, update_rows
from backoffice.core.text import fold_case
from customers.choices import Channel, ConsentAction, ConsentMethod, Purpose, Source
from customers.models import ConsentEntry, Customer, CustomerStats
from customers.services.consenting import record_entries
from customers.services.figures import FigureChanges
from customers.services.matching import hold_guest_creation
from customers.services.reading import Fault, GuestRow
from customers.services.tagging import tag_many
from customers.wordings import current_wording

_COMPLETED = (
    *("first_name", "last_name", "email", "phone", "phone2", "company", "tax_id", "language", "country"),
    *("state", "city", "postcode", "address1", "address2", "birthday"),
)
_STATS = [item for item in CustomerStats._meta.concrete_fields if not item.generated]
_NEW = [item.attname for item in Customer._meta.concrete_fields]
_CHANGED = [
    "id",
    *_COMPLETED,
    *("email_key", "sort_name", "search_text", "birthday_month", "module_bits", "joined_at", "updated_at"),
]


class ImportChunk:
    """The guests that rows create, complete or leave as they are; nothing is written before `store()`.

    `run` is the import: its organisation, location, origin of consents, and whether it is dry.
    Guests are locked until the transaction ends, unless it is dry.
    """

    def __init__(self, run, rows: list[GuestRow]):
        self.run, self.organisation, self.now = run, run.organisation, timezone.now()
        self.created: list[Customer] = []
        self.changed: dict[int, Customer] = {}
        self.joined_before: dict[int, object] = {}
        self.faults: list[Fault] = []
        self.unchanged = self.consents = self.consents_without_origin = 0
        self._tags: list[tuple[Customer, list[str]]] = []
        self._allowed: list[tuple[Customer, list[Purpose]]] = []
        self._by_phone: dict[str, Customer] = {}
        self._by_email: dict[str, Customer] = {}
        if not run.dry_run:
            hold_guest_creation(self.organisation)
        for customer in self._stored(rows):
            self._index(customer)
        for row in rows:
            self._take(row)

    def _stored(self, rows: list[GuestRow]):
        phones = {row.fields["phone"] for row in rows if "phone" in row.fields}
        emails = {fold_case(row.fields["email"]) for row in rows if "email" in row.fields}
        same = Q(phone__in=phones) | Q(email_key__in=emails)
        guests = Customer.objects.of(self.organisation).filter(same).order_by("pk")
        return guests if self.run.dry_run else guests.select_for_update(no_key=True)

    def _index(self, customer: Customer) -> None:
        if customer.phone:
            self._by_phone[customer.phone] = customer
        if customer.email_key:
            self._by_email[customer.email_key] = customer

    def _take(self, row: GuestRow) -> None:
        by_phone = self._by_phone.get(row.fields.get("phone"))
        by_email = self._by_email.get(fold_case(row.fields.get("email", "")))
        if by_phone and by_email and by_phone is not by_email:
            reason = _("The phone number belongs to one customer and the e-mail to another.")
            self.faults.append(Fault(row.line, "phone", row.fields["phone"], str(reason)))
            return
        found = by_phone or by_email
        if found is None:
            found = self._create(row)
        elif self._complete(found, row):
            if found.pk:
                self.changed[found.pk] = found
        else:
            self.unchanged += 1
        self._index(found)
        if row.tags:
            self._tags.append((found, row.tags))
        if row.allowed:
            self._allow(found, row)

    def _create(self, row: GuestRow) -> Customer:
        customer = Customer(
            organisation_id=self.organisation.pk,
            location_id=self.run.location.pk,
            source=row.source or Source.IMPORT,
            module_bits=row.module_bits,
            joined_at=row.joined_at or self.now,
            updated_at=self.now,
            is_active=row.is_active,
            **row.fields,
        )
        customer.derive()
        if not self.run.dry_run or self.run.would_create(row):
            self.created.append(customer)
        else:
            self.unchanged += 1
        return customer

    def _complete(self, customer: Customer, row: GuestRow) -> bool:
        """Fill what is empty and take an older joined date; says whether anything changed."""
        missing = {
            name: value
            for name, value in row.fields.items()
            if getattr(customer, name) in ("", None) and not self._is_taken(name, value)
        }
        older = row.joined_at is not None and row.joined_at < customer.joined_at
        bits = customer.module_bits | row.module_bits
        if not missing and not older and bits == customer.module_bits:
            return False
        for name, value in missing.items():
            setattr(customer, name, value)
        if older:
            if customer.pk:
                self.joined_before.setdefault(customer.pk, customer.joined_at)
            customer.joined_at = row.joined_at
        customer.module_bits, customer.updated_at = bits, self.now
        customer.derive()
        return True

    def _is_taken(self, name: str, value) -> bool:
        if name == "phone":
            return value in self._by_phone
        return name == "email" and fold_case(value) in self._by_email

    def _allow(self, customer: Customer, row: GuestRow) -> None:
        if not self.run.origin:
            self.consents_without_origin += len(row.allowed)
            return
        self._allowed.append((customer, row.allowed))

    def store(self) -> None:
        self._insert()
        changed = [self.changed[pk] for pk in sorted(self.changed)]
        update_rows(Customer, _CHANGED, [tuple(getattr(one, name) for name in _CHANGED) for one in changed])
        if self._tags:
            tags: dict[int, list[str]] = {}
            for customer, names in self._tags:
                tags.setdefault(customer.pk, []).extend(names)
            tag_many(self.organisation, tags)
        self._write_figures()
        self._write_consents()

    def _insert(self) -> None:
        if not self.created:
            return
        for customer, pk in zip(self.created, reserve_ids(Customer, len(self.created)), strict=True):
            customer.pk = pk
        insert_rows(Customer, _NEW, [_values(customer) for customer in self.created])
        names = [item.attname for item in _STATS]
        empty = CustomerStats(organisation_id=self.organisation.pk)
        defaults = [getattr(empty, name) for name in names]
        place = names.index("customer_id")
        rows = []
        for customer in self.created:
            row = defaults.copy()
            row[place] = customer.pk
            rows.append(row)
        insert_rows(CustomerStats, names, rows)

    def _write_figures(self) -> None:
        changes, zero = FigureChanges(self.organisation), CustomerStats()
        for customer in self.created:
            changes.customer_joined(customer)
            changes.customer_state(customer, zero, +1)
        for pk, before in self.joined_before.items():
            customer = self.changed[pk]
            now, customer.joined_at = customer.joined_at, before
            changes.customer_joined(customer, -1)
            customer.joined_at = now
            changes.customer_joined(customer, +1)
        changes.write()

    def _write_consents(self) -> None:
        """Grants for those who never said anything about a purpose: what they said before stands."""
        if not self._allowed:
            return
        ids = [customer.pk for customer, _purposes in self._allowed]
        spoken = set(ConsentEntry.objects.filter(customer_id__in=ids).values_list("customer_id", "purpose"))
        wordings = {purpose: current_wording(self.organisation, purpose, "") for purpose in Purpose}
        entries = []
        for customer, purposes in self._allowed:
            for purpose in purposes:
                if (customer.pk, purpose) not in spoken:
                    spoken.add((customer.pk, purpose))
                    entries.append(self._entry(customer, purpose, wordings[purpose]))
        self.consents = record_entries(self.organisation, entries) if entries else 0

    def _entry(self, customer, purpose, wording) -> ConsentEntry:
        return ConsentEntry(
            customer_id=customer.pk,
            purpose=purpose,
            channel=Channel.ANY,
            action=ConsentAction.GRANTED,
            method=ConsentMethod.IMPORT,
            origin=self.run.origin,
            source=Source.IMPORT,
            wording=wording.text,
            wording_version=wording.version,
            language=wording.language,
            occurred_at=self.now,
            recorded_at=self.now,
        )


def _values(customer: Customer) -> list:
    values = [getattr(customer, name) for name in _NEW]
    values[_NEW.index("picture")] = ""
    return values
