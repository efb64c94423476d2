"""Whom rows of a file mean: stored customers and those of earlier rows, by contacts, else by name."""

from collections.abc import Iterable

from backoffice.core.database.bulk import plain_instance
from backoffice.core.text.relays import relays
from customers.contacts import Held, keys_of, points_of_keys
from customers.importing.effects import KnownCustomer
from customers.importing.keys import (
    brought_key,
    contact_key,
    contacts_of_row,
    customer_key,
    name_key,
    name_of_row,
    shared_key,
)
from customers.importing.line_index import LineIndex, Seen
from customers.importing.persons import may_be_one_person
from customers.importing.stated import CustomerRow
from customers.importing.terms import ImportTerms
from customers.models import Customer

DEFAULTS = {item.attname: item.get_default() for item in Customer._meta.concrete_fields}
# all but what `derive` sets, what every change sets, and what no import touches
_READ = [name for name in DEFAULTS if name not in ("search_text", "birthday_month", "updated_at", "picture")]


class MeantCustomers:
    """Unless the terms are dry, customers are locked until the transaction ends.

    A first number or e-mail says who is meant. A further one and an alias do so only for whom may be
    called so, and a shared one for whom is called so. `index` knows the rows before the line `before`.
    """

    def __init__(self, terms: ImportTerms, rows: list[CustomerRow], index: LineIndex, before: int):
        self.terms, self.organisation = terms, terms.organisation
        self.seen: dict[int, Seen] = {}  # what later chunks should know
        self._contacts = {row.line: contacts_of_row(row) for row in rows}
        self._names = {row.line: name_of_row(row) for row in rows}
        self._keys: dict[int, dict[str, int]] = {}
        self.held = self._ask(rows)
        self._by_key: dict[int, KnownCustomer] = {}
        self._lesser: dict[tuple[str, str], KnownCustomer] = {}
        self.said_shared = {point for row in rows for point in row.shared}
        is_relay = relays(self.organisation.shared_contacts)
        contacts = (contact for contacts in self._contacts.values() for contact in contacts.items())
        self.said_shared |= {contact for contact in contacts if is_relay(*contact)}
        self._shared = {(one.kind, one.key) for one in self.held if one.is_shared} | self.said_shared
        self._take_stored(rows)
        self._join_earlier(rows, index, before)

    @property
    def ids(self) -> set[int]:
        """Of the stored customers who may be meant."""
        return {known.customer.pk for known in self._by_key.values() if known.customer}

    def _ask(self, rows: list[CustomerRow]) -> list[Held]:
        phones = {row.fields.get(name, "") for row in rows for name in ("phone", "phone2")}
        emails = {row.fields.get("email", "") for row in rows}
        for row in rows:
            for kind, _key, value in row.further:
                (phones if kind == "phone" else emails).add(value)
        keys = keys_of(phones=phones, emails=emails)
        return [Held(*one) for one in points_of_keys(self.organisation, keys, *Held._fields)]

    def _take_stored(self, rows: list[CustomerRow]) -> None:
        stored = {}
        for customer in self._stored(rows):
            key = customer_key(customer.pk)
            known = KnownCustomer(customer, tags=customer.tag_names, keys=[key])
            stored[customer.pk] = self._by_key[key] = known
            if not (customer.phone or customer.email_key):
                self._by_key[name_key(customer.sort_name)] = known
        for one in self.held:
            if known := stored.get(one.customer_id):
                known.points[one.kind, one.key] = one.place
                if one.is_shared:
                    self._by_key.setdefault(shared_key(one.kind, one.key, known.customer.sort_name), known)
                elif one.place == 0:
                    self._by_key[contact_key(one.kind, one.key)] = known
                else:
                    self._lesser[one.kind, one.key] = known

    def _stored(self, rows: list[CustomerRow]) -> Iterable[Customer]:
        """In one statement: one question per index, then customers by id, as `records.matching` does."""
        customers = Customer.objects.order_by()
        found = customers.filter(pk__among={one.customer_id for one in self.held}).values("pk")
        # who has neither is told by name; among all of a name, because SQLite would take the index of phones
        names = {*self._names.values()} - {""}
        named = customers.of(self.organisation).filter(sort_name__among=names).values("pk")
        customers = Customer.objects.filter(pk__in=named.union(found))
        if not self.terms.is_dry:
            customers = customers.select_for_update(no_key=True)
        for values in customers.order_by("pk").values_list(*_READ):
            yield plain_instance(Customer, dict(zip(_READ, values, strict=True)))

    def _join_earlier(self, rows: list[CustomerRow], index: LineIndex, before: int) -> None:
        """Mark the customers that earlier rows meant; a dry run also finds those that are not stored.

        A further number that the file itself brought says nothing: within one chunk, and in a check,
        it would not be known either.
        """
        brought = {brought_key(*contact): contact for contact in self._lesser}
        wanted = (
            {key for row in rows for key in self._possible_keys(row)} | self._by_key.keys() | brought.keys()
        )
        by_identity = {known.identity: known for known in self._by_key.values()}
        for key, seen in index.find(wanted).items():
            if seen.line >= before:
                continue
            if key in brought:
                self._lesser.pop(brought[key])
                continue
            known = self._by_key.get(key)
            if known is None and self.terms.is_dry:
                known = by_identity.setdefault(seen.identity, KnownCustomer(None, seen.line, seen.name))
                self._by_key[key] = known
            if known is not None:
                known.line = seen.line

    def _possible_keys(self, row: CustomerRow) -> Iterable[int]:
        """By name as well: whose contact is somebody else's is stored without one."""
        name = self._names[row.line]
        yield name_key(name)
        for contact in self._contacts[row.line].items():
            yield contact_key(*contact)
            if contact in self._shared:
                yield shared_key(*contact, name)

    # ---- row by row

    def leave_out(self, row: CustomerRow, kind: str) -> None:
        """Take a contact off a row: it is that of somebody else."""
        del row.fields[kind], self._contacts[row.line][kind]

    def _keys_of(self, row: CustomerRow) -> dict[str, int]:
        """By "phone" and "email"; by "name" for a row without both."""
        contacts = self._contacts[row.line]
        keys = {kind: self._key(row, kind, key) for kind, key in contacts.items()}
        return keys or {"name": name_key(self._names[row.line])}

    def _key(self, row: CustomerRow, kind: str, value: str) -> int:
        key = contact_key(kind, value)
        if (kind, value) in self._shared:
            shared = shared_key(kind, value, self._names[row.line])
            return shared if shared in self._by_key or key not in self._by_key else key
        lesser = self._lesser.get((kind, value))
        if lesser and key not in self._by_key and may_be_one_person(lesser.name, row.name):
            return customer_key(lesser.customer.pk)
        return key

    def meant(self, row: CustomerRow) -> dict[str, KnownCustomer]:
        """The customers of a row's keys, by kind of key; a first value says more than any other."""
        keys = self._keys[row.line] = self._keys_of(row)
        meant = {kind: known for kind, key in keys.items() if (known := self._by_key.get(key))}
        if len({id(known) for known in meant.values()}) > 1:
            contacts = self._contacts[row.line]
            firsts = {
                kind: one for kind, one in meant.items() if keys[kind] == contact_key(kind, contacts[kind])
            }
            meant = firsts or dict([*meant.items()][:1])
        return meant

    def remember(self, known: KnownCustomer, row: CustomerRow) -> None:
        """Let the rows that follow find this customer by what the row said of it."""
        known.line = known.line or row.line
        keys = self._keys[row.line]
        # of a customer that is stored or new only what was taken over counts, not what was left out
        if known.customer:
            contacts = self._contacts[row.line]
            own = [key for kind, key in keys.items() if kind == "name" or known.finds(kind, contacts[kind])]
            known.keys += own
            keys = dict(enumerate(known.keys))
        for key in keys.values():
            self._by_key[key] = known
            self.seen[key] = Seen(known.identity, known.line, known.name or row.name)
        second = [("phone", row.fields["phone2"])] if "phone2" in row.fields else []
        for contact in (*second, *((kind, key) for kind, key, _value in row.further)):
            self.seen[brought_key(*contact)] = Seen(known.identity, known.line)
