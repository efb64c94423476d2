"""`/api/v1/customers/{id}/points`: what a till shows before somebody pays."""

from ninja import Router, Schema
from pydantic import Field

from backoffice.api.authentication import needs
from backoffice.api.problems import responses
from backoffice.api.scopes import Scope
from customers.access import get_customer
from loyalty.models import Programme

router = Router(tags=["Loyalty"])


class PointsOut(Schema):
    """Points of a customer, and what they are worth while the programme is on."""

    customer_id: int
    points: int = Field(description="What can be redeemed")
    earned_points: int = Field(description="All that were ever earned")
    is_programme_on: bool
    point_value_cents: int = Field(description="0 while the programme is off")
    minimum_points: int = Field(description="How many at least are redeemed at once; 0 while it is off")


@router.get(
    "/{int:pk}/points",
    url_name="points",
    operation_id="get_points",
    summary="Read the points of a customer",
    response={200: PointsOut} | responses(404),
    **needs(Scope.POINTS_READ),
)
def get_points(request, pk: int):
    stats = get_customer(request, pk).stats
    programme = Programme.objects.filter(organisation=request.organisation, is_active=True).first()
    return {
        "customer_id": stats.pk,
        "points": stats.points,
        "earned_points": stats.earned_points,
        "is_programme_on": programme is not None,
        "point_value_cents": programme.point_value_cents if programme else 0,
        "minimum_points": programme.minimum_points if programme else 0,
    }
