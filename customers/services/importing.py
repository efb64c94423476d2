"""Guests from files: chunk by chunk, each row whole or not at all, bad rows beside good ones (TRUST I8).

A guest who exists is completed where fields are empty; nothing is overwritten. A consent follows
only from a clear yes with a stated origin, and never lifts an earlier withdrawal (PRODUCT I4).
"""

import csv
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, TextIO

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.audit.services import audit
from backoffice.core.bulk import insert_rows, reserve_ids, update_rows
from backoffice.core.exports import guard
from backoffice.core.tables import CsvTable, shorten
from backoffice.core.text import fold_case
from customers.choices import Channel, ConsentAction, ConsentMethod, Purpose, Source
from customers.models import ConsentEntry, Customer, CustomerStats
from customers.services.consenting import record_entries
from customers.services.figures import FigureChanges
from customers.services.matching import hold_guest_creation
from customers.services.reading import Fault, GuestReader, GuestRow, RowRefused
from customers.services.tagging import tag_many
from customers.wordings import current_wording

CHUNK = 500
SHOWN_FAULTS = 20
_ATTEMPTS = 5
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


@dataclass
class GuestImport:
    """What became of a file: rows, and what they did. `sha256` is that of the file."""

    rows: int = 0
    created: int = 0
    completed: int = 0
    unchanged: int = 0
    refused: int = 0
    consents: int = 0
    consents_without_origin: int = 0
    ignored_columns: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    sha256: str = ""
    seconds: float = 0.0


def import_customers(
    file: BinaryIO,
    *,
    organisation,
    actor=None,
    refused: TextIO | None = None,
    dry_run: bool = False,
    subscribe_origin: str = "",
    progress: Callable[[int], None] | None = None,
) -> GuestImport:
    """Take guests in from a CSV with the headers of our export, CHUNK rows per transaction.

    `refused` gets the bad rows with line, column, value and reason. `subscribe_origin` says where
    consents of the file were given; without it none is taken. `dry_run` writes nothing and counts
    what would happen. Raises ValidationError when the file is no such table. A second run of the
    same file changes nothing.
    """
    started = time.monotonic()
    run = _Run(organisation, dry_run=dry_run, subscribe_origin=subscribe_origin)
    table = CsvTable(file)
    try:
        reader = GuestReader(organisation, table.headers)
        run.result.ignored_columns = reader.ignored
        run.report = _Report(refused, table.headers) if refused else None
        for chunk in _chunks(run.read(reader, table)):
            run.write(chunk)
            if progress:
                progress(run.result.rows)
    finally:
        table.close()
    run.result.sha256 = _digest(file)
    run.result.seconds = time.monotonic() - started
    if not dry_run:
        counts = {name: getattr(run.result, name) for name in ("rows", "created", "completed", "refused")}
        audit(
            action="customers.imported",
            subject=organisation,
            organisation=organisation,
            actor=actor,
            sha256=run.result.sha256,
            **counts,
        )
    return run.result


def _chunks(rows: Iterator[GuestRow]) -> Iterator[list[GuestRow]]:
    chunk = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


class _Report:
    """The file of refused rows: as they came, with what was wrong."""

    def __init__(self, file: TextIO, headers: list[str]):
        self._writer = csv.writer(file, lineterminator="\r\n")
        self._headers = headers
        self._writer.writerow(["refused_line", "refused_column", "refused_value", "reason", *headers])

    def add(self, faults: list[Fault], cells: dict[str, str]) -> None:
        first = faults[0]
        reason = " ".join(fault.reason for fault in faults)
        row = [first.column, shorten(first.value), reason, *(cells.get(name, "") for name in self._headers)]
        self._writer.writerow([first.line, *(guard(str(cell)) for cell in row)])


class _Run:
    """One import of one file."""

    def __init__(self, organisation, *, dry_run: bool, subscribe_origin: str):
        self.organisation, self.dry_run, self.origin = organisation, dry_run, subscribe_origin
        self.location = organisation.locations.order_by("pk").first()
        self.result = GuestImport()
        self.report: _Report | None = None
        self._cells: dict[int, dict] = {}
        self._would_create: set[int] = set()  # hashes of phones and e-mails, for a dry run

    def read(self, reader: GuestReader, table: CsvTable) -> Iterator[GuestRow]:
        """Good rows; bad ones go into the report."""
        for line, cells, problem in table.rows():
            self.result.rows += 1
            if problem:
                self._refuse([Fault(line, "", "", problem)], cells)
                continue
            try:
                row = reader.read(line, cells)
            except RowRefused as error:
                self._refuse(error.faults, cells)
                continue
            self._cells[line] = cells
            yield row

    def _refuse(self, faults: list[Fault], cells: dict[str, str]) -> None:
        self.result.refused += 1
        if len(self.result.faults) < SHOWN_FAULTS:
            self.result.faults.append(faults[0])
        if self.report:
            self.report.add(faults, cells)

    def write(self, rows: list[GuestRow]) -> None:
        """Store a chunk; when somebody stored one of its guests in between, match anew."""
        for attempt in range(_ATTEMPTS):
            try:
                with transaction.atomic():
                    chunk = _Chunk(self, rows)
                    if not self.dry_run:
                        chunk.store()
                break
            except IntegrityError:
                if attempt == _ATTEMPTS - 1:
                    raise
        self._count(chunk)

    def _count(self, chunk: "_Chunk") -> None:
        result = self.result
        for fault in chunk.faults:
            self._refuse([fault], self._cells[fault.line])
        self._cells.clear()
        result.created += len(chunk.created)
        result.completed += len(chunk.changed)
        result.unchanged += chunk.unchanged
        result.consents += chunk.consents
        result.consents_without_origin += chunk.consents_without_origin

    def would_create(self, row: GuestRow) -> bool:
        """In a dry run: whether no earlier row of the file has this phone or e-mail."""
        keys = {hash(row.fields[name].casefold()) for name in ("phone", "email") if row.fields.get(name)}
        is_new = not keys & self._would_create
        self._would_create |= keys
        return is_new


class _Chunk:
    """What some rows mean against the guests there are; nothing is written before `store()`."""

    def __init__(self, run: _Run, rows: list[GuestRow]):
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
