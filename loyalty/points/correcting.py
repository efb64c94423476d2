"""Points that a person gives or takes, with the reason."""

from django.db import transaction
from django.utils import timezone

from backoffice.audit.services import audit
from customers.models import Customer
from loyalty.models.points_entry import PointsKind
from loyalty.points.ledger import PointsLine, add_lines

MAX_POINTS = 1_000_000


@transaction.atomic
def correct_points(*, customer: Customer, points: int, reason: str, actor) -> None:
    """Add points without a date, or take some (negative), what expires first before all.

    Raises NotEnoughPoints when the balance would fall below zero; nothing is written then.
    """
    line = PointsLine(
        customer.pk, PointsKind.ADJUSTED, points, timezone.now(), actor_id=actor and actor.pk, reason=reason
    )
    add_lines(customer.organisation, [line])
    audit(action="points.corrected", subject=customer, actor=actor, points=points)
