"""Contact points changed one by one, by people: added, made the first, shared, kept as alias, removed."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.audit.services import audit
from backoffice.outbox.choices import Topic
from backoffice.outbox.telling import tell
from customers.choices import ContactKind, OpenReason, Purpose, Source
from customers.consent import leave_open
from customers.contacts.finding import owner_of
from customers.contacts.following import Known, points_by_customer, write_caches, write_places
from customers.contacts.placing import NewPoint, place_points
from customers.models import ContactPoint, Customer
from customers.models.customer import email_key

_FIRST, _LAST = -1, 32_000  # until the places are counted anew


class ContactTaken(Exception):
    """The value is another customer's alone; `existing` is that one. Nothing was written."""

    def __init__(self, existing: Customer):
        super().__init__(existing.pk)
        self.existing = existing


class ContactKnown(Exception):
    """The customer has this value already. Nothing was written."""


class _Points:
    """All contact points of a customer, who is locked until the transaction ends."""

    def __init__(self, customer: Customer):
        self.organisation = customer.organisation
        self.customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
        self.customer.organisation = self.organisation
        self.known = points_by_customer([customer.pk])[customer.pk]
        self.email_before = self.customer.email_key

    def get(self, pk: int) -> Known:
        """Raises ContactPoint.DoesNotExist."""
        for point in self.known:
            if point.pk == pk:
                return point
        raise ContactPoint.DoesNotExist

    def write(self, kind: str, new: NewPoint | None = None) -> None:
        """Count the places of this kind anew and store them, with the columns that follow."""
        points = [one for one in self.known if one.kind == kind and not one.is_going]
        placed = [one for one in (*points, new) if one is not None and one.place is not None]
        for place, point in enumerate(sorted(placed, key=_rank)):
            point.place = place
        write_places(self.known)
        if new is not None:
            place_points(self.organisation, [new])
            self.known.append(Known(0, self.customer.pk, kind, new.key, new.value, new.place))
        customer = self.customer
        write_caches({customer.pk: customer}, {customer.pk: self.known})
        Customer.objects.filter(pk=customer.pk).update(updated_at=timezone.now())
        tell(self.organisation, Topic.CUSTOMER_UPDATED, [customer.pk])

    def end_consent(self, actor) -> bool:
        """A marketing consent was given for the first e-mail, and ends with it (PRODUCT P14)."""
        customer = self.customer
        if not self.email_before or customer.email_key == self.email_before:
            return False
        audit(action="customer.email_corrected", subject=customer, actor=actor)
        if customer.marketing_consent:
            leave_open(customer, Purpose.MARKETING, reason=OpenReason.EMAIL_CORRECTED, actor=actor)
            return True
        return False


def _rank(point: Known | NewPoint) -> tuple[int, int]:
    return (point.place, getattr(point, "pk", _LAST))


@transaction.atomic
def add_point(
    customer: Customer, *, value: str, is_shared: bool = False, is_first: bool = False, actor
) -> None:
    """Give a customer a phone (E.164) or an e-mail; an alias of theirs is in use again.

    With `is_first`, or without another of its kind, it is the first. Raises ContactKnown, and
    ContactTaken for what is another's alone and is not meant to be shared.
    """
    kind = (ContactKind.EMAIL if "@" in value else ContactKind.PHONE).value
    key = email_key(value) if kind == ContactKind.EMAIL else value
    points, place, new = _Points(customer), _FIRST if is_first else _LAST, None
    old = next((one for one in points.known if (one.kind, one.key) == (kind, key)), None)
    if old is None:
        _refuse_taken(customer, kind, key, is_shared)
        new = NewPoint(customer.pk, kind, key, value, place, Source.MANUAL, timezone.now(), is_shared)
    elif old.place is not None:
        raise ContactKnown
    else:
        old.place, old.value = place, value
    with _or_taken(customer, kind, key):
        points.write(kind, new)
    audit(action="customer.contact_added", subject=customer, actor=actor, kind=kind)
    points.end_consent(actor)


def _refuse_taken(customer: Customer, kind: str, key: str, is_shared: bool) -> None:
    owner = owner_of(customer.organisation, **{kind: key}).exclude(pk=customer.pk).first()
    if owner is not None and not is_shared:
        raise ContactTaken(owner)


class _or_taken:
    """Says whose a value is that somebody took in the same moment."""

    def __init__(self, customer: Customer, kind: str, key: str):
        self._asked = (customer, kind, key, False)
        self._atomic = transaction.atomic()

    def __enter__(self):
        self._atomic.__enter__()

    def __exit__(self, kind, error, trace):
        self._atomic.__exit__(kind, error, trace)
        if isinstance(error, IntegrityError):
            _refuse_taken(*self._asked)


@dataclass(frozen=True)
class Changed:
    """What a change did: the point, what to do with which point to undo it, and whether a consent ended."""

    value: str
    undo: str
    undo_pk: int
    has_ended_consent: bool = False


def _make_first(points: _Points, point: Known) -> tuple[str, int]:
    first = next((one for one in points.known if one.kind == point.kind and one.place == 0), None)
    undo = ("alias", point.pk) if point.place is None else ("first", first.pk if first else point.pk)
    point.place = _FIRST
    return undo


def _use_again(points: _Points, point: Known) -> tuple[str, int]:
    point.place = _LAST if point.place is None else point.place
    return "alias", point.pk


def _keep_as_alias(points: _Points, point: Known) -> tuple[str, int]:
    undo = "first" if point.place == 0 else "use"
    point.place = None
    return undo, point.pk


def _share(points: _Points, point: Known) -> tuple[str, int]:
    ContactPoint.objects.filter(pk=point.pk).update(is_shared=True)
    return "unshare", point.pk


def _take_for_own(points: _Points, point: Known) -> tuple[str, int]:
    ContactPoint.objects.filter(pk=point.pk).update(is_shared=False)
    return "share", point.pk


def _note_bounce(points: _Points, point: Known) -> tuple[str, int]:
    ContactPoint.objects.filter(pk=point.pk).update(bounced_at=timezone.now())
    return "works", point.pk


def _note_working(points: _Points, point: Known) -> tuple[str, int]:
    ContactPoint.objects.filter(pk=point.pk).update(bounced_at=None)
    return "bounced", point.pk


def _remove(points: _Points, point: Known) -> tuple[str, int]:
    undo = "add-first" if point.place == 0 else "add"
    point.is_going = True
    return undo, point.pk


CHANGES: dict[str, Callable[[_Points, Known], tuple[str, int]]] = {
    "first": _make_first,
    "use": _use_again,
    "alias": _keep_as_alias,
    "share": _share,
    "unshare": _take_for_own,
    "bounced": _note_bounce,
    "works": _note_working,
    "remove": _remove,
}
OF_EMAILS = {"bounced", "works"}  # whether one arrives there: whoever may edit may say so


@transaction.atomic
def change_point(customer: Customer, pk: int, *, change: str, actor) -> Changed:
    """Do one of CHANGES with a contact point of the customer; the next one moves up where a first goes.

    Raises ContactPoint.DoesNotExist, also for a phone and one of OF_EMAILS, and ContactTaken when what shall
    be the customer's alone is that of another.
    """
    points = _Points(customer)
    point = points.get(pk)
    if change in OF_EMAILS and point.kind != ContactKind.EMAIL:
        raise ContactPoint.DoesNotExist
    with _or_taken(customer, point.kind, point.key):
        undo, undo_pk = CHANGES[change](points, point)
        points.write(point.kind)
    audit(action=f"customer.contact_{change}", subject=customer, actor=actor, kind=point.kind)
    return Changed(point.value, undo, undo_pk, points.end_consent(actor))
