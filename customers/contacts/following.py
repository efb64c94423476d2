"""Keeps contact points as the columns of changed customers say, and the columns that follow from them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.utils import timezone

from backoffice.core.database.bulk import update_rows
from customers.choices import ContactKind
from customers.contacts.placing import NewPoint, further_points, place_points
from customers.models import ContactPoint, Customer

CACHES = ("id", "phone", "phone2", "email", "email_key", "other_contacts", "search_text")
_READ = ("pk", "customer_id", "kind", "key", "value", "place")


@dataclass(slots=True)
class Known:
    """A stored point of a customer with the place it gets; `is_going` when it is deleted."""

    pk: int
    customer_id: int
    kind: str
    key: str
    value: str
    place: int | None
    stored: tuple = ()
    is_going: bool = False

    def __post_init__(self):
        self.stored = (self.place, self.value)

    @property
    def is_changed(self) -> bool:
        return not self.is_going and self.stored != (self.place, self.value)


def follow_columns(
    organisation,
    customers: Iterable[Customer],
    *,
    origin: str | Mapping[int, str],
    keeps_old: bool = True,
    further: Mapping[int, Sequence[tuple[str, str, str]]] = MappingProxyType({}),
    shared: Collection[tuple[str, str]] = (),
) -> None:
    """Make the contact points of stored, locked customers say what their columns say.

    What another value replaces stays as an alias, unless it is taken back (`keeps_old`); what was only
    emptied goes. Writes the columns that follow. `origin` is the source of new ones, for all or by customer
    id; `further` and `shared` are those of `add_contact_points`. Raises IntegrityError as that does.
    """
    by_id = {customer.pk: customer for customer in customers}
    if not by_id:
        return
    known = points_by_customer(by_id)
    new = []
    for pk, customer in by_id.items():
        source = origin if isinstance(origin, str) else origin[pk]
        for kind, wanted in _wanted(customer).items():
            points = [point for point in known[pk] if point.kind == kind]
            new += _arrange(customer, kind, wanted, points, source, keeps_old)
        if beyond := further.get(pk):
            mine = [point for point in new if point.customer_id == pk]
            new += further_points([*known[pk], *mine], beyond, pk, source)
    for point in new if shared else ():
        point.is_shared = (point.kind, point.key) in shared
    write_places(point for points in known.values() for point in points)
    place_points(organisation, new)
    for point in new:
        known[point.customer_id].append(Known(0, *_of(point)))
    write_caches(by_id, known)


def follow_points(customers: Iterable[Customer]) -> None:
    """Write the columns of customers whose contact points have changed."""
    by_id = {customer.pk: customer for customer in customers}
    if by_id:
        write_caches(by_id, points_by_customer(by_id))


def points_by_customer(ids: Iterable[int]) -> dict[int, list[Known]]:
    """All points of these customers, the first ones first."""
    known = defaultdict(list)
    points = ContactPoint.objects.filter(customer__pk__among=ids).order_by("place", "pk")
    for row in points.values_list(*_READ):
        known[row[1]].append(Known(*row))
    return known


def _of(point: NewPoint) -> tuple:
    return (point.customer_id, point.kind, point.key, point.value, point.place)


def _wanted(customer: Customer) -> dict[str, list[tuple[str, str]]]:
    """The first values by kind, as (key, value); an empty key says that there is none."""
    second = customer.phone2 if customer.phone2 != customer.phone else ""
    return {
        ContactKind.PHONE.value: [(customer.phone, customer.phone), (second, second)],
        ContactKind.EMAIL.value: [(customer.email_key, customer.email)],
    }


def _arrange(
    customer: Customer,
    kind: str,
    wanted: Sequence[tuple[str, str]],
    points: list[Known],
    origin: str,
    keeps_old: bool,
) -> list[NewPoint]:
    """Give the points of one kind their places; returns those that there are to be besides."""
    values = {key: value for key, value in wanted if key}
    placed = sorted((one for one in points if one.place is not None), key=_rank)
    first = [one for one in placed if one.place == 0]
    further = [one for one in placed if one.place]
    had = [*(first or [None]), *further[:1], None][: len(wanted)]
    for old, (key, _value) in zip(had, wanted, strict=False):
        if old is not None and old.key not in values:
            old.place, old.is_going = None, not (key and keeps_old)
    left = [one.key for one in further if one.place is not None and one.key not in values]
    order = [wanted[0][0], *(key for key, _value in wanted[1:] if key), *left]
    by_key, new = {one.key: one for one in points}, []
    for place, key in enumerate(order):
        if point := by_key.get(key):
            point.place, point.value = place, values.get(key, point.value)
        elif key:
            new.append(NewPoint(customer.pk, kind, key, values[key], place, origin, timezone.now()))
    return new


def _rank(point) -> tuple[int, int]:
    return (point.place, point.pk)


def write_places(points: Iterable[Known]) -> None:
    """First what gives its place up, then what takes one: a kind has one first at any moment."""
    points = list(points)
    going = [point.pk for point in points if point.is_going]
    if going:
        ContactPoint.objects.filter(pk__in=going).delete()
    moved = [point for point in points if point.is_changed]
    for is_first in (False, True):
        rows = [(point.pk, point.place, point.value) for point in moved if (point.place == 0) is is_first]
        update_rows(ContactPoint, ("id", "place", "value"), rows)


def write_caches(customers: dict[int, Customer], known: dict[int, list[Known]]) -> None:
    """Set and store the columns that say what the points are, where they say something else."""
    rows = []
    for pk in sorted(customers):
        customer = customers[pk]
        if cache_points(customer, [point for point in known[pk] if not point.is_going]):
            rows.append(tuple(getattr(customer, name) for name in CACHES))
    update_rows(Customer, CACHES, rows)


def cache_points(customer: Customer, points: Iterable) -> bool:
    """Set the columns that these points, all of the customer's, make; says whether one is new."""
    columns = columns_of(points)
    changed = any(getattr(customer, name) != value for name, value in columns.items())
    vars(customer).update(columns)
    if changed:
        customer.derive_search()
    return changed


def columns_of(points: Iterable) -> dict[str, str]:
    """phone, phone2, email, email_key and other_contacts, as a customer's points have them."""
    placed = sorted((point for point in points if point.place is not None), key=_rank)
    phones = [point for point in placed if point.kind == ContactKind.PHONE]
    emails = [point for point in placed if point.kind == ContactKind.EMAIL]
    first = next((point for point in phones if point.place == 0), None)
    second = next((point for point in phones if point.place), None)
    email = next((point for point in emails if point.place == 0), None)
    shown = {id(first), id(second), id(email)}
    others = sorted(point.key for point in points if id(point) not in shown)
    return {
        "phone": first.key if first else "",
        "phone2": second.key if second else "",
        "email": email.value if email else "",
        "email_key": email.key if email else "",
        "other_contacts": " ".join(others),
    }
