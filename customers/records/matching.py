"""Who is this? Finds the customer behind a phone number or e-mail, or creates it (PRODUCT C4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from backoffice.core.database.bulk import update_rows
from backoffice.core.text.text import fold_case
from customers.figures import FigureChanges
from customers.locks import hold_customer_creation
from customers.models import Customer, CustomerStats
from customers.models.customer import email_key, search_text, sort_name

CUSTOMER_KEYS = ("organisation_id", "phone", "email_key", "sort_name")  # by which customers are looked up
_ATTEMPTS = 5
_READ = (
    *("id", "organisation_id", "location_id", "source", "joined_at", "module_bits"),
    *("first_name", "last_name", "company", "email", "email_key", "phone", "phone2"),
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
    """`customers` are in the order of the contacts; one customer may stand there more than once.

    `before` has what known customers were, by id: the fields of COMPLETED.
    """

    customers: list[Customer]
    created: frozenset[int]
    before: dict[int, dict[str, object]]


@transaction.atomic
def find_or_create(*, organisation, location, source: str, **known) -> tuple[Customer, bool]:
    """Return the customer with this phone or e-mail and whether it was created just now.

    `known` are further fields of `Contact`. The phone decides before the e-mail; when each
    belongs to another customer, nothing is merged. What the found customer lacks is completed: phone,
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
    return MatchedCustomers(plan.customers, created, plan.before)


class _Plan:
    """What matching these contacts means, against customers that are locked when it is made."""

    def __init__(self, organisation, contacts: Sequence[Contact]):
        self.organisation = organisation
        self.contacts = contacts
        self.now = timezone.now()
        self.created: list[Customer] = []
        self.changed: dict[int, Customer] = {}
        self.identified: set[int | None] = set()
        self.before: dict[int, dict[str, object]] = {}
        self.customers: list[Customer] = []
        self._by_phone: dict[str, Customer] = {}
        self._by_email: dict[str, Customer] = {}
        for customer in self._stored():
            self._index(customer)
        for contact in contacts:
            self.customers.append(self._match(contact))

    def _stored(self) -> QuerySet[Customer]:
        """One question per index, then customers by id: what is joined by OR or sorted by another index,
        SQLite answers from all customers of the organisation.

        Around the ids the organisation is left out: PostgreSQL would read all its customers as long as
        there are no statistics of it. A customer who changes while we wait for its lock comes as it is then.
        """
        wanted = {
            "phone": {contact.phone for contact in self.contacts if contact.phone},
            "email_key": {email_key(contact.email) for contact in self.contacts if contact.email},
        }
        customers = Customer.objects.of(self.organisation).values("pk")
        asked = [
            customers.filter(**{f"{column}__among": values}) for column, values in wanted.items() if values
        ]
        found = Customer.objects.filter(pk__in=customers.none().union(*asked))
        return found.only(*_READ).order_by("pk").select_for_update(no_key=True)

    def _index(self, customer: Customer) -> None:
        if customer.phone:
            self._by_phone[customer.phone] = customer
        if customer.email_key:
            self._by_email[customer.email_key] = customer

    def _match(self, contact: Contact) -> Customer:
        key = email_key(contact.email)
        found = self._by_phone.get(contact.phone) or self._by_email.get(key)
        if found is None:
            found = self._new(contact)
            self.created.append(found)
        elif self._complete(found, contact, key) and found.pk:
            self.changed[found.pk] = found
        self._index(found)
        return found

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

    def _complete(self, customer: Customer, contact: Contact, key: str) -> bool:
        """Give the customer what it lacks; says whether anything changed. Overwrites nothing."""
        if customer.pk and customer.pk not in self.before:
            self.before[customer.pk] = {name: getattr(customer, name) for name in COMPLETED}
        identity = self._complete_identity(customer, contact, key)
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

    def _complete_identity(self, customer: Customer, contact: Contact, key: str) -> bool:
        before = (customer.phone, customer.email, customer.first_name, customer.last_name)
        if not customer.phone and contact.phone not in self._by_phone:
            customer.phone = contact.phone
        if not customer.email and key not in self._by_email:
            customer.email = contact.email
        if not (customer.first_name or customer.last_name):
            customer.first_name, customer.last_name = contact.first_name, contact.last_name
        elif not customer.last_name and fold_case(customer.first_name) == fold_case(contact.first_name):
            customer.last_name = contact.last_name
        changed = before != (customer.phone, customer.email, customer.first_name, customer.last_name)
        if changed:
            _derive(customer)
        return changed

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


def _derive(customer: Customer) -> None:
    """`Customer.derive()` for a customer of whom only `_READ` is loaded."""
    names = (customer.first_name, customer.last_name)
    customer.email_key = email_key(customer.email)
    customer.sort_name = sort_name(*names)
    customer.search_text = search_text(
        *names, customer.company, customer.email, customer.phone, customer.phone2
    )


def _write(plan: _Plan) -> _Plan:
    """Store the plan; when somebody else stored one of its customers first, make it anew."""
    for attempt in range(_ATTEMPTS):
        if not plan.created and not plan.changed:
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
    Customer.objects.bulk_create(plan.created)
    CustomerStats.objects.bulk_create(
        CustomerStats(customer=customer, organisation=plan.organisation) for customer in plan.created
    )
