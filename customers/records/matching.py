"""Who is this? Finds the customer behind a phone number or e-mail, or creates it (PRODUCT C4, C8)."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from backoffice.core.database.bulk import update_rows
from backoffice.core.database.prepared import Prepared
from backoffice.core.text.names import names_agree
from backoffice.core.text.relays import relays
from backoffice.core.text.text import fold_case
from backoffice.outbox.choices import Topic
from backoffice.outbox.telling import tell
from customers.candidates import note_candidates
from customers.choices import ContactKind
from customers.contacts import Held, add_contact_points, follow_columns, keys_of, points_of_keys
from customers.figures import FigureChanges
from customers.locks import hold_customer_creation
from customers.models import Customer, CustomerStats, DuplicateCandidate
from customers.models.customer import email_key, sort_name

_ATTEMPTS = 5
_READ = (
    *("id", "organisation_id", "location_id", "source", "joined_at", "module_bits"),
    *("first_name", "last_name", "company", "email", "email_key", "phone", "phone2", "other_contacts"),
    *("is_active", "marketing_consent", "updated_at"),
)
# What an order may add to a customer who is known.
COMPLETED = ("joined_at", "module_bits", "first_name", "last_name", "phone", "email")
_ACTIVITY = ("id", "module_bits", "joined_at", "updated_at")
_IDENTITY = (
    *_ACTIVITY,
    *("first_name", "last_name", "email", "email_key", "phone", "sort_name", "search_text"),
)


@dataclass(frozen=True, slots=True)
class Contact:
    """What a source says of a customer. `phone` is E.164 or empty; one of phone and e-mail is given.

    `joined_at` (aware) is the moment the source knows the customer from; None: now.
    """

    location_id: int
    source: str
    phone: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    module_bits: int = 0
    joined_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MatchedCustomers:
    """`customers` are in the order of the contacts; one customer may stand there more than once, and None
    for whom only shared values are known, and no name that says whose they are.

    `before` has what known customers were, by id: the fields of COMPLETED.
    """

    customers: list[Customer | None]
    created: frozenset[int]
    before: dict[int, dict[str, object]]


@transaction.atomic
def find_or_create(*, organisation, location, source: str, **known) -> tuple[Customer | None, bool]:
    """Return the customer with this phone or e-mail and whether it was created just now.

    `known` are further fields of `Contact`. The phone decides before the e-mail; when each
    belongs to another customer, nothing is merged. A value that is shared finds somebody of this name,
    else nobody. What the found customer lacks is completed: phone,
    e-mail, a name, modules, an older joined date. Its source and location stay. The row is locked until
    the transaction ends; the figures are written.
    """
    contact = Contact(location_id=location.pk, source=source, **known)
    matches = match_many(organisation=organisation, contacts=[contact])
    return matches.customers[0], bool(matches.created)


@transaction.atomic(savepoint=False)
def match_many(
    *, organisation, contacts: Sequence[Contact], changes: FigureChanges | None = None
) -> MatchedCustomers:
    """Find or create a customer for each contact, with the results of `find_or_create` one by one.

    A few statements, however many contacts; meant for up to 5,000. All customers are locked until
    the transaction ends. With `changes` the caller writes the figures.
    """
    own = changes or FigureChanges(organisation)
    if len(contacts) > 1:
        hold_customer_creation(organisation)
    plan = _Plan(organisation, contacts)
    if plan.created and len(contacts) == 1:
        # Held only now, with no customer locked: an order of a known customer never waits for an import.
        hold_customer_creation(organisation)
        plan = _Plan(organisation, contacts)
    plan = _write(plan)
    plan.count(own)
    if changes is None:
        own.write()
    created = frozenset(customer.pk for customer in plan.created)
    tell(organisation, Topic.CUSTOMER_CREATED, sorted(created))
    tell(organisation, Topic.CUSTOMER_UPDATED, sorted(plan.identified & plan.changed.keys()))
    return MatchedCustomers(plan.customers, created, plan.before)


@cache
def _prepared(build: Callable[..., QuerySet], *kinds: str) -> Prepared:
    """To be asked for an organisation and keys of each of these kinds."""
    return Prepared(lambda organisation, **keys: build(organisation, keys))


def _customers(organisation, keys) -> QuerySet[Customer]:
    """Around the ids the organisation is left out: PostgreSQL would read all its customers as long as
    there are no statistics of it. A customer who changes while we wait for its lock comes as it is then.
    """
    found = Customer.objects.filter(pk__in=points_of_keys(organisation, keys, "customer_id"))
    return found.only(*_READ).order_by("pk").select_for_update(no_key=True)


def _held(organisation, keys) -> QuerySet:
    return points_of_keys(organisation, keys, *Held._fields)


class _Plan:
    """What matching these contacts means, against customers that are locked when it is made."""

    def __init__(self, organisation, contacts: Sequence[Contact]):
        self.organisation = organisation
        self.contacts = contacts
        self.now = timezone.now()
        self.created: list[Customer] = []
        self.changed: dict[int, Customer] = {}
        self.identified: set[int | None] = set()
        self.gained: dict[int, str] = {}
        self.alike: list[tuple[Customer, Customer]] = []  # the phone of one, the e-mail of the other
        self.before: dict[int, dict[str, object]] = {}
        self.customers: list[Customer] = []
        self.held: list[Held] = []
        self._is_relay = relays(organisation.shared_contacts)
        self._owners: dict[tuple[str, str], Customer] = {}
        self._sharers: dict[tuple[str, str], list[Customer]] = defaultdict(list)
        self._read()
        for contact in contacts:
            self.customers.append(self._match(contact))

    def _read(self) -> None:
        """Customers with these values, locked, then whose each value is by now."""
        wanted = keys_of(
            phones=(contact.phone for contact in self.contacts),
            emails={contact.email for contact in self.contacts},
        )
        if not wanted:
            return
        values = {"organisation": self.organisation.pk, **wanted}
        # customers first: once they are locked, what they hold stays
        by_id = {customer.pk: customer for customer in _prepared(_customers, *wanted)(**values)}
        if not by_id:
            return
        self.held = [Held(*row) for row in _prepared(_held, *wanted)(**values)]
        for one in self.held:
            if (customer := by_id.get(one.customer_id)) is None:
                continue
            if one.is_shared:
                self._sharers[one.kind, one.key].append(customer)
            else:
                self._owners[one.kind, one.key] = customer

    def _match(self, contact: Contact) -> Customer | None:
        keys = _keys(contact)
        owners = [self._owners[key] for key in keys if key in self._owners]
        found = owners[0] if owners else None
        if len(owners) > 1 and owners[0] is not owners[1]:
            self.alike.append((owners[0], owners[1]))
        if found is None:
            found = self._one_of_sharers(contact, keys)
        if found is None:
            if all(key in self._sharers or self._is_relay(*key) for key in keys):
                return None
            found = self._new(contact)
            self.created.append(found)
        elif self._complete(found, contact) and found.pk:
            self.changed[found.pk] = found
        self._claim(found)
        return found

    def _one_of_sharers(self, contact: Contact, keys: list[tuple[str, str]]) -> Customer | None:
        """Who shares a value and has this very name, if it is one alone."""
        name = f"{contact.first_name} {contact.last_name}"
        sharers = {id(one): one for key in keys for one in self._sharers.get(key, ())}
        called = [one for one in sharers.values() if names_agree(f"{one.first_name} {one.last_name}", name)]
        return called[0] if len(called) == 1 else None

    def _claim(self, customer: Customer) -> None:
        """What is first with this customer from now on finds it, for the contacts that follow."""
        for key in (("phone", customer.phone), ("email", customer.email_key)):
            if not key[1] or key in self._owners:
                continue
            if key not in self._sharers and not self._is_relay(*key):
                self._owners[key] = customer
            elif customer not in self._sharers[key]:
                self._sharers[key].append(customer)

    def _new(self, contact: Contact) -> Customer:
        customer = Customer(
            organisation_id=self.organisation.pk,
            location_id=contact.location_id,
            source=contact.source,
            phone=contact.phone,
            email=contact.email,
            first_name=contact.first_name,
            last_name=contact.last_name,
            module_bits=contact.module_bits,
            joined_at=min(contact.joined_at or self.now, self.now),
            updated_at=self.now,
        )
        customer.derive()
        return customer

    def _complete(self, customer: Customer, contact: Contact) -> bool:
        """Give the customer what it lacks; says whether anything changed. Overwrites nothing."""
        if customer.pk and customer.pk not in self.before:
            self.before[customer.pk] = {name: getattr(customer, name) for name in COMPLETED}
        identity = self._complete_identity(customer, contact)
        bits = customer.module_bits | contact.module_bits
        modules = bits != customer.module_bits
        customer.module_bits = bits
        older = contact.joined_at is not None and contact.joined_at < customer.joined_at
        if older:
            customer.joined_at = contact.joined_at
        if identity:
            customer.updated_at = self.now
            self.identified.add(customer.pk)
        return identity or modules or older

    def _complete_identity(self, customer: Customer, contact: Contact) -> bool:
        before = (customer.phone, customer.email, customer.first_name, customer.last_name)
        if not customer.phone and self._is_free("phone", contact.phone, customer):
            customer.phone = contact.phone
        if not customer.email and self._is_free("email", email_key(contact.email), customer):
            customer.email = contact.email
        if not (customer.first_name or customer.last_name):
            customer.first_name, customer.last_name = contact.first_name, contact.last_name
        elif not customer.last_name and fold_case(customer.first_name) == fold_case(contact.first_name):
            customer.last_name = contact.last_name
        changed = before != (customer.phone, customer.email, customer.first_name, customer.last_name)
        if changed:
            _derive(customer)
        if customer.pk and before[:2] != (customer.phone, customer.email):
            self.gained[customer.pk] = contact.source
        return changed

    def _is_free(self, kind: str, key: str, customer: Customer) -> bool:
        return self._owners.get((kind, key), customer) is customer

    def count(self, changes: FigureChanges) -> None:
        zero = CustomerStats()
        for customer in self.created:
            changes.customer_joined(customer)
            changes.customer_state(customer, zero, +1)
        for pk, customer in self.changed.items():
            before = self.before[pk]["joined_at"]
            if customer.joined_at == before:
                continue
            now, customer.joined_at = customer.joined_at, before
            changes.customer_joined(customer, -1)
            customer.joined_at = now
            changes.customer_joined(customer, +1)


def _keys(contact: Contact) -> list[tuple[str, str]]:
    """What the contact can be known by, the phone first."""
    keys = [(ContactKind.PHONE.value, contact.phone), (ContactKind.EMAIL.value, email_key(contact.email))]
    return [key for key in keys if key[1]]


def _derive(customer: Customer) -> None:
    """`Customer.derive()` for a customer of whom only `_READ` is loaded."""
    customer.email_key = email_key(customer.email)
    customer.sort_name = sort_name(customer.first_name, customer.last_name)
    customer.derive_search()


def _write(plan: _Plan) -> _Plan:
    """Store the plan; when somebody else stored one of its customers first, make it anew."""
    for attempt in range(_ATTEMPTS):
        if not (plan.created or plan.changed or plan.alike):
            return plan
        try:
            with transaction.atomic():
                _store(plan)
            return plan
        except IntegrityError:
            if attempt == _ATTEMPTS - 1:
                raise
            plan = _Plan(plan.organisation, plan.contacts)
    return plan


def _store(plan: _Plan) -> None:
    changed = [plan.changed[pk] for pk in sorted(plan.changed)]
    for columns, identity in ((_IDENTITY, True), (_ACTIVITY, False)):
        rows = [customer for customer in changed if (customer.pk in plan.identified) is identity]
        update_rows(Customer, columns, [tuple(getattr(row, name) for name in columns) for row in rows])
    gained = [customer for customer in changed if customer.pk in plan.gained]
    follow_columns(plan.organisation, gained, origin=plan.gained)
    Customer.objects.bulk_create(plan.created)
    add_contact_points(plan.organisation, plan.created, held=plan.held)
    if plan.alike:
        pairs = ((one.pk, other.pk) for one, other in plan.alike)
        note_candidates(plan.organisation, pairs, reason=DuplicateCandidate.Reason.PHONE_AND_EMAIL)
    CustomerStats.objects.bulk_create(
        CustomerStats(customer=customer, organisation=plan.organisation) for customer in plan.created
    )
