"""`make_*` functions: each returns a stored object with believable defaults."""

from itertools import count

from django.contrib.auth.models import Group
from django.utils import timezone

from backoffice.imports.models import FileImport
from backoffice.jobs.models import Job
from backoffice.staff.models import Location, Membership, Organisation, Role, User
from customers.choices import Source
from customers.contacts import add_contact_points
from customers.figures.counters import FigureChanges
from customers.models import Customer, CustomerStats, ImportRun
from orders.choices import OrderStatus, ServiceType
from orders.events import OrderEvent, OrderEventLine
from orders.models import OrderImport, ProductImport
from orders.recording import record_order

_numbers = count(1)


def make_organisation(**fields) -> Organisation:
    number = next(_numbers)
    return Organisation.objects.create(
        **{"name": f"Lindenhof {number}", "slug": f"lindenhof-{number}"} | fields
    )


def make_location(organisation=None, **fields) -> Location:
    organisation = organisation or make_organisation()
    return Location.objects.create(
        organisation=organisation, **{"name": f"Altstadt {next(_numbers)}"} | fields
    )


def make_user(organisation=None, role=Role.STAFF, password=None, **fields) -> User:
    """A person with an active membership of that role, in English so that tests read plainly."""
    number = next(_numbers)
    defaults = {"email": f"person{number}@example.org", "name": f"Person {number}", "language": "en"}
    user = User.objects.create_user(password=password, **defaults | fields)
    user.membership = make_membership(user, organisation, role)
    user.save(update_fields=["membership"])
    return user


def make_membership(user, organisation=None, role=Role.STAFF, **fields) -> Membership:
    return Membership.objects.create(
        user=user,
        organisation=organisation or make_organisation(),
        group=Group.objects.get(name=role),
        **fields,
    )


def make_job(organisation=None, **fields) -> Job:
    """A waiting job."""
    defaults = {"kind": "toy.nothing", "title": f"guests-{next(_numbers)}.csv"}
    return Job.objects.create(organisation=organisation or make_organisation(), **defaults | fields)


def make_order_import(organisation=None, **fields) -> OrderImport:
    """A file of orders that was read and waits to be mapped; no file lies behind it."""
    headers = ["order_id", "placed_at", "item", "quantity", "unit_price"]
    profile = {"rows": 1, "headers": headers, "guesses": {name: [name, "header"] for name in headers}}
    fields = {"profile": profile, "mapping": {"columns": dict(zip(headers, headers, strict=True))}} | fields
    return make_import(organisation, model=OrderImport, **fields)


def make_product_import(organisation=None, **fields) -> ProductImport:
    """A file of products that was read and waits to be mapped; no file lies behind it."""
    columns = {"4711": "product", "4712": "price"}
    guesses = {header: [name, "header"] for header, name in columns.items()}
    profile = {"rows": 1, "headers": list(columns), "guesses": guesses}
    fields = {"profile": profile, "mapping": {"columns": columns}} | fields
    return make_import(organisation, model=ProductImport, **fields)


def make_import(organisation=None, *, model=ImportRun, **fields) -> FileImport:
    """A file of one column that was read and waits to be mapped; no file lies behind it."""
    number = next(_numbers)
    profile = {
        "rows": 1,
        "headers": ["email"],
        "guesses": {"email": ["email", "header"]},
        "encoding": "utf-8",
    }
    defaults = {"key": f"{number:032x}", "filename": f"guests-{number}.csv", "kind": "csv"}
    defaults |= {"profile": profile, "mapping": {"columns": {"email": "email"}}, "created_at": timezone.now()}
    return model.objects.create(organisation=organisation or make_organisation(), **defaults | fields)


def make_customer(organisation=None, **fields) -> Customer:
    """A customer with a name, an own e-mail and phone, and empty statistics, counted in the figures.

    `stats` are values of CustomerStats.
    """
    number = next(_numbers)
    organisation = organisation or make_organisation()
    stats = fields.pop("stats", {})
    defaults = {
        "first_name": "Paula",
        "last_name": f"Pfefferkorn {number}",
        "email": f"guest{number}@example.org",
        "phone": f"+4917139{number:06d}",
        "location": fields.pop("location", None) or _first_location(organisation),
    }
    customer = Customer.objects.create(organisation=organisation, **defaults | fields)
    add_contact_points(organisation, [customer])
    customer.stats = CustomerStats.objects.create(customer=customer, organisation=organisation, **stats)
    changes = FigureChanges(organisation)
    changes.customer_joined(customer)
    changes.customer_state(customer, customer.stats, +1)
    changes.write()
    return customer


def _first_location(organisation) -> Location:
    return organisation.locations.first() or make_location(organisation)


def make_order(customer, *, cents=2_000, placed_at=None, **fields):
    """A completed order of a stored customer, recorded by the service that tills use."""
    number = next(_numbers)
    event = OrderEvent(
        external_id=f"T-{number}",
        source=fields.pop("source", Source.STORE),
        location=fields.pop("location", customer.location),
        service_type=fields.pop("service_type", ServiceType.DINE_IN),
        status=fields.pop("status", OrderStatus.COMPLETED),
        placed_at=placed_at or timezone.now(),
        lines=fields.pop("lines", (OrderEventLine("Käsespätzle", 1, cents),)),
        phone=customer.phone,
        email=customer.email,
        **fields,
    )
    return record_order(organisation=customer.organisation, event=event).order
