"""Who has this phone or e-mail? Each question is answered from an index."""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import QuerySet

from customers.choices import ContactKind
from customers.models import ContactPoint, Customer
from customers.models.customer import email_key


def keys_of(*, phones: Iterable[str] = (), emails: Iterable[str] = ()) -> dict[str, set[str]]:
    """Keys by kind, of numbers (E.164) and addresses as people write them; empty ones are left out."""
    keys = {
        ContactKind.PHONE.value: set(phones) - {""},
        ContactKind.EMAIL.value: {email_key(email) for email in emails} - {""},
    }
    return {kind: values for kind, values in keys.items() if values}


def points_of_keys(organisation, keys: Mapping[str, Collection[str]], *names: str) -> QuerySet:
    """The contact points with these keys by kind, as tuples of the named columns.

    One question per index: joined by OR both databases read all points of the organisation.
    """
    own = ContactPoint.objects.filter(organisation=organisation).order_by().values_list(*names)
    asked = [
        own.filter(kind=kind, key__among=values, is_shared=is_shared)
        for kind, values in keys.items()
        for is_shared in (False, True)
        if values
    ]
    return own.none().union(*asked, all=True)


def owner_of(organisation, *, phone: str = "", email: str = "") -> QuerySet[Customer]:
    """The customer, at most one, whom this number (E.164) or else this address means: what is shared
    means nobody."""
    ((kind, (key,)), *_others) = keys_of(phones=[phone], emails=[email]).items() or [("", ("",))]
    points = ContactPoint.objects.filter(organisation=organisation, kind=kind, key=key, is_shared=False)
    return Customer.objects.of(organisation).filter(pk__in=points.values("customer_id"))
