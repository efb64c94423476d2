"""What must always be true of reservations (TRUST §1)."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from orders.choices import HOLDING
from orders.models import Reservation
from orders.models.reservation import SLOT_MINUTES


def reservation_problems(organisation) -> Iterator[str]:
    mine = Reservation.objects.filter(organisation=organisation)
    for path in ("customer__organisation", "location__organisation"):
        foreign = mine.exclude(**{path.split("__")[0]: None}).exclude(**{path: F("organisation")})
        for pk in foreign.values_list("pk", flat=True):
            yield f"I12 reservation {pk}: its {path.split('__')[0]} belongs to another organisation"
    elsewhere = mine.exclude(table=None).exclude(table__location=F("location"))
    for pk in elsewhere.values_list("pk", flat=True):
        yield f"I12 reservation {pk}: its table stands in another location"
    counted = mine.annotate(held=Count("slots"))
    holds = Q(table__isnull=False, state__in=HOLDING)
    wrong = counted.filter((holds & ~Q(minutes=F("held") * SLOT_MINUTES)) | (~holds & Q(held__gt=0)))
    for pk in wrong.values_list("pk", flat=True):
        yield f"I10 reservation {pk}: it does not hold its table for its time"
