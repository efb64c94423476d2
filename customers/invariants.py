"""What must always be true (TRUST §1), asked of the database."""

from collections.abc import Iterator

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from customers.choices import ConsentAction
from customers.consent import FLAGS
from customers.contacts import wrong_points
from customers.extensions import customer_extensions
from customers.figures import differences, missing_statistics, wrong_sums
from customers.merging import merge_problems
from customers.models import ConsentEntry, ContactPoint, Customer, CustomerStats, CustomerTag

_POINTS = {"points", "earned_points"}


def broken_invariants(organisation) -> Iterator[str]:
    """One sentence per broken invariant, beginning with its number. Reads everything once."""
    yield from _statistics(organisation)
    yield from _consents(organisation)
    yield from _points(organisation)
    yield from _foreign(organisation)
    yield from _figures(organisation)
    yield from merge_problems(organisation)
    for extension in customer_extensions():
        yield from extension.problems(organisation)


def _statistics(organisation) -> Iterator[str]:
    for pk in missing_statistics(organisation):
        yield f"I3 customer {pk}: no statistics"
    for pk, field, stored, true in differences(organisation):
        number = "I1" if field in _POINTS else "I3"
        yield f"{number} customer {pk}: {field} is {stored}, must be {true}"
    for pk in CustomerStats.objects.filter(organisation=organisation, points__lt=0).values_list(
        "pk", flat=True
    ):
        yield f"I1 customer {pk}: points below 0"


def _consents(organisation) -> Iterator[str]:
    for purpose, flag in FLAGS.items():
        newest = ConsentEntry.objects.filter(customer=OuterRef("pk"), purpose=purpose).order_by("-id")
        customers = Customer.objects.of(organisation).annotate(
            newest=Coalesce(Subquery(newest.values("action")[:1]), Value(""))
        )
        granted = {"newest": ConsentAction.GRANTED}
        wrong = customers.filter(**{flag: True}).exclude(**granted) | customers.filter(
            **{flag: False}, **granted
        )
        for pk in wrong.order_by("pk").values_list("pk", flat=True):
            yield f"I4 customer {pk}: {flag} is not what the newest line says"


def _points(organisation) -> Iterator[str]:
    for pk, name in wrong_points(organisation):
        yield f"I5 customer {pk}: {name} is not what the contact points say"


def _foreign(organisation) -> Iterator[str]:
    customers = Customer.objects.of(organisation)
    for pk in customers.exclude(location__organisation=F("organisation")).values_list("pk", flat=True):
        yield f"I12 customer {pk}: its location belongs to another organisation"
    stats = CustomerStats.objects.filter(customer__organisation=organisation)
    for pk in stats.exclude(organisation=organisation).values_list("pk", flat=True):
        yield f"I12 customer {pk}: its statistics belong to another organisation"
    points = ContactPoint.objects.filter(customer__organisation=organisation)
    for pk in points.exclude(organisation=organisation).values_list("customer_id", flat=True):
        yield f"I12 customer {pk}: its contact point belongs to another organisation"
    tags = CustomerTag.objects.filter(customer__organisation=organisation)
    for pk in tags.exclude(tag__organisation=organisation).values_list("customer_id", flat=True):
        yield f"I12 customer {pk}: its tag belongs to another organisation"


def _figures(organisation) -> Iterator[str]:
    for name, key, field, have, must in wrong_sums(organisation):
        place = ", ".join(str(part) for part in key)
        yield f"I3 {name} of {place}: {field} is {have}, must be {must}"
