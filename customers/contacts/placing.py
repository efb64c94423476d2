"""Stores new contact points, and settles whose a value is that several customers have."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from django.utils import timezone

from backoffice.core.database.bulk import insert_rows, update_rows
from backoffice.core.text.relays import relays
from customers.choices import ContactKind
from customers.contacts.finding import points_of_keys
from customers.models import ContactPoint, Customer

_COLUMNS = (
    *("organisation_id", "customer_id", "kind", "key", "value", "place", "is_shared", "origin", "added_at"),
)


class Held(NamedTuple):
    """A stored contact point, as far as it says whose a value is."""

    pk: int
    customer_id: int
    kind: str
    key: str
    place: int | None
    is_shared: bool

    @property
    def is_alias(self) -> bool:
        return self.place is None


HELD = Held._fields


@dataclass(slots=True)
class NewPoint:
    """A contact point that a stored customer gets and does not have yet; `place` as in the model."""

    customer_id: int
    kind: str
    key: str
    value: str
    place: int | None
    origin: str
    added_at: datetime
    is_shared: bool = False


def add_contact_points(
    organisation,
    customers: Iterable[Customer],
    *,
    held: Iterable[Held] | None = None,
    further: Mapping[int, Sequence[tuple[str, str, str]]] = MappingProxyType({}),
    shared: Collection[tuple[str, str]] = (),
) -> None:
    """The contact points of customers who were stored just now, from their columns.

    `further` are those beyond, as kind, key and value by customer id; `shared` are kinds and keys that are
    shared from the start. `held` is what `held_of` says of these values, where the caller has asked
    already. Raises IntegrityError when a first value is somebody else's first.
    """
    points, extended = [], []
    for customer in customers:
        own = points_of_columns(customer)
        if beyond := further.get(customer.pk):
            own += further_points(own, beyond, customer.pk, customer.source)
            extended.append(customer)
        points += own
    for point in points if shared else ():
        point.is_shared = (point.kind, point.key) in shared
    place_points(organisation, points, held=held)
    _cache_further(extended, points)


def further_points(
    points: Sequence, beyond: Iterable[tuple[str, str, str]], customer_id: int, origin: str
) -> list[NewPoint]:
    """Points that stand behind all of their kind."""
    last = {kind.value: 0 for kind in ContactKind}
    for point in points:
        last[point.kind] = max(last[point.kind], point.place or 0)
    new = []
    for kind, key, value in beyond:
        last[kind] += 1
        new.append(NewPoint(customer_id, kind, key, value, last[kind], origin, timezone.now()))
    return new


def _cache_further(customers: Iterable[Customer], points: Iterable[NewPoint]) -> None:
    """The columns of those who have more points than columns; as `following.write_caches`."""
    others = defaultdict(list)
    for point in points:
        if point.place and (point.place > 1 or point.kind == ContactKind.EMAIL):
            others[point.customer_id].append(point.key)
    rows = []
    for customer in customers:
        customer.other_contacts = " ".join(sorted(others[customer.pk]))
        customer.derive_search()
        rows.append((customer.pk, customer.other_contacts, customer.search_text))
    update_rows(Customer, ("id", "other_contacts", "search_text"), rows)


def points_of_columns(customer: Customer) -> list[NewPoint]:
    """What phone, phone2 and e-mail of a customer say; the derived columns are set."""
    pk, origin, at = customer.pk, customer.source, customer.joined_at
    points = []
    if phone := customer.phone:
        points.append(NewPoint(pk, "phone", phone, phone, 0, origin, at))
    if (phone := customer.phone2) and phone != customer.phone:
        points.append(NewPoint(pk, "phone", phone, phone, 1, origin, at))
    if customer.email:
        points.append(NewPoint(pk, "email", customer.email_key, customer.email, 0, origin, at))
    return points


def held_of(organisation, points: Iterable[NewPoint]) -> list[Held]:
    """Who has the values of these points already."""
    keys = {kind.value: set() for kind in ContactKind}
    for point in points:
        keys[point.kind].add(point.key)
    return [Held(*row) for row in points_of_keys(organisation, keys, *HELD)]


def place_points(organisation, points: Sequence[NewPoint], *, held: Iterable[Held] | None = None) -> None:
    """Insert points. A value that others have is theirs and shared, as `_settle` says."""
    if not points:
        return
    is_relay = relays(organisation.shared_contacts)
    for point in points:
        point.is_shared = point.is_shared or is_relay(point.kind, point.key)
    held = held_of(organisation, points) if held is None else held
    now_shared = _settle(points, held)
    if now_shared:
        ContactPoint.objects.filter(pk__in=now_shared).update(is_shared=True)
    rows = [
        (
            *(organisation.pk, point.customer_id, point.kind, point.key, point.value, point.place),
            *(point.is_shared, point.origin, point.added_at),
        )
        for point in points
    ]
    insert_rows(ContactPoint, _COLUMNS, rows)


def _settle(points: Sequence[NewPoint], held: Iterable[Held]) -> set[int]:
    """Say of new points which are shared; returns the ids of stored ones that are from now on.

    The first of somebody is that person's alone: a further one and an alias give way to it. Two
    further ones are shared, and so is the first of whom takes a value that others share.
    """
    stored = defaultdict(list)
    for one in held:
        stored[one.kind, one.key].append(one)
    times = Counter((point.kind, point.key) for point in points) if len(points) > 1 else {}
    several = [
        point
        for point in points
        if times.get((point.kind, point.key), 1) > 1 or (point.kind, point.key) in stored
    ]
    new = defaultdict(list)
    for point in several:
        new[point.kind, point.key].append(point)
    shared: set[int] = set()
    for key, ours in new.items():
        shared |= _settle_value(ours, stored[key])
    return shared


def _settle_value(ours: list[NewPoint], stored: list[Held]) -> set[int]:
    mine = {point.customer_id for point in ours}
    theirs = [one for one in stored if one.customer_id not in mine]
    owner = next((one for one in theirs if not one.is_shared and one.place == 0), None)
    firsts = [point for point in ours if point.place == 0 and not point.is_shared]
    if owner is None and not firsts:
        return _share_all(ours, theirs)
    for point in ours:
        point.is_shared = point.is_shared or point.place != 0
    if owner is not None:
        return set()  # another first one breaks the unique rule, and its writer is told
    placed = [one for one in theirs if not one.is_alias]
    if placed and all(one.is_shared for one in placed):
        for point in firsts:
            point.is_shared = True
        return set()
    return {one.pk for one in theirs if not one.is_shared}


def _share_all(ours: list[NewPoint], theirs: list[Held]) -> set[int]:
    """Nobody's first: one alone keeps it, several share it."""
    placed = [one for one in theirs if not one.is_alias]
    if len(ours) + len(placed) > 1:
        for point in ours:
            point.is_shared = True
    return {one.pk for one in theirs if not one.is_shared} if ours else set()
