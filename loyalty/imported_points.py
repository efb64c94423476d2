"""Points that a customer brings along from another house."""

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.numbers import parse_whole
from customers.models import Customer, CustomerStats
from loyalty.models import PointsEntry
from loyalty.models.points_entry import PointsKind
from loyalty.points import PointsLine, add_lines

MAX_POINTS = 100_000_000
HEADERS = (
    *("Punkte", "Punktestand", "Treuepunkte", "Bonuspunkte", "Übernommene Punkte"),
    *("Puntos", "Saldo de puntos", "Puntos de fidelidad", "Puntos traspasados"),
    # no “Loyalty balance”: in Lightspeed that is money
    *("Points", "Points carried over", "Points balance", "Point balance", "Loyalty points", "Reward points"),
)


def parse_points(text: str) -> int:
    """`1.234`, `1,234`, `1.234,00` or `250,00` as whole points. Raises ValidationError."""
    points = parse_whole(text)
    if points is None or points < 0:
        raise ValidationError(_("Points are a whole number from 0 on, for example 250."), code="points")
    if points > MAX_POINTS:
        raise ValidationError(_("These are more points than a customer can have."), code="points")
    return points


def store_opening_points(organisation, values: dict[int, int], *, actor) -> set[int]:
    """Add one opening line to the ledger of each customer who has none yet; the ids that got one."""
    ids = [pk for pk, points in values.items() if points]
    lines = PointsEntry.objects.filter(customer=OuterRef("pk"))
    fresh = Customer.objects.filter(~Exists(lines), pk__in=ids).values_list("pk", flat=True)
    now, actor_id = timezone.now(), actor and actor.pk
    new = [PointsLine(pk, PointsKind.OPENING, values[pk], now, actor_id) for pk in sorted(fresh)]
    if new:
        add_lines(organisation, new)
    return {line.customer_id for line in new}


def take_back_opening_points(organisation, values: dict[int, int], *, actor) -> None:
    """Balance the opening lines of customers who stay, as far as their points are still there.

    The customers are locked: what they have now is what they have when the lines are added.
    """
    now, actor_id = timezone.now(), actor and actor.pk
    left = CustomerStats.objects.filter(customer_id__in=values, points__gt=0).order_by("customer_id")
    lines = [
        PointsLine(pk, PointsKind.ADJUSTED, -min(values[pk], points), now, actor_id)
        for pk, points in left.values_list("customer_id", "points")
    ]
    if lines:
        add_lines(organisation, lines)


def with_points_of_their_own(customer_ids: list[int]) -> set[int]:
    """Customers whose ledger holds more than an opening line."""
    entries = PointsEntry.objects.filter(customer_id__in=customer_ids).exclude(kind=PointsKind.OPENING)
    return set(entries.values_list("customer_id", flat=True))
