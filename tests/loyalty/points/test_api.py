"""Points over HTTP: what a till shows before somebody pays."""

import pytest

from loyalty.models import Programme
from tests.factories import make_customer
from tests.orders.factories import make_programme

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("location")]


@pytest.fixture
def paula(organisation):
    return make_customer(organisation, stats={"points": 120, "earned_points": 300})


def test_a_till_reads_points_and_what_they_are_worth(till, organisation, paula):
    make_programme(organisation, point_value_cents=2, minimum_points=50)

    points = till().get(f"/customers/{paula.pk}/points").json()

    assert points == {
        "customer_id": paula.pk,
        "points": 120,
        "earned_points": 300,
        "is_programme_on": True,
        "point_value_cents": 2,
        "minimum_points": 50,
    }


def test_while_the_programme_is_off_points_are_worth_nothing(till, organisation, paula):
    make_programme(organisation)
    Programme.objects.update(is_active=False)

    points = till().get(f"/customers/{paula.pk}/points").json()

    assert (points["points"], points["is_programme_on"], points["point_value_cents"]) == (120, False, 0)


def test_points_of_others_look_like_missing_ones(till, paula, outsider, other_organisation):
    stranger = till(of=other_organisation, actor=outsider)

    foreign = stranger.get(f"/customers/{paula.pk}/points")
    missing = stranger.get("/customers/999999999999999999999999/points")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.json() | {"request_id": ""} == missing.json() | {"request_id": ""}


def test_it_needs_its_scope(till, paula):
    assert till("customers:read").get(f"/customers/{paula.pk}/points").status_code == 403
    assert till("points:read").get(f"/customers/{paula.pk}/points").status_code == 200
