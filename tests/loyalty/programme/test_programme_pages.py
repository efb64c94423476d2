"""The rules of the programme: read by all, changed by administrators, with what they mean."""

import pytest

from loyalty.models import Programme
from orders.models import Product
from tests.orders.factories import make_programme

URL = "/loyalty/programme/"
GOOD = {
    "is_active": "on",
    "points_per_euro": "1,5",
    "points_per_order": "2",
    "point_value_cents": "0,05",
    "minimum_points": "1.000",
    "expires_after_months": "24",
}


@pytest.fixture
def send(sign_in, admin, organisation):
    client = sign_in(admin)

    def send(status=302, **values):
        response = client.post(URL, GOOD | values)
        assert response.status_code == status
        return response

    return send


def test_rules_are_stored_as_people_type_them(organisation, send):
    send()
    send(
        excluded_products=[Product.objects.create(organisation=organisation, name="Pfand", price_cents=8).pk]
    )

    stored = Programme.objects.get()
    assert (str(stored.points_per_euro), stored.points_per_order, stored.point_value_cents) == ("1.50", 2, 5)
    assert (stored.minimum_points, stored.expires_after_months, stored.is_active) == (1_000, 24, True)
    assert [product.name for product in stored.excluded_products.all()] == ["Pfand"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("points_per_euro", text) for text in ("", "-1", "1,5555", "10000", "viele", "9" * 400, "\x00")),
        *(("points_per_order", text) for text in ("", "-1", "1,5", "9" * 400)),
        *(("point_value_cents", text) for text in ("", "0", "-1", "viele", "9" * 400)),
        *(("minimum_points", text) for text in ("", "0")),
        *(("expires_after_months", text) for text in ("0", "121", "nie")),
        ("excluded_products", "999999"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_its_field(send, field, value):
    assert field in send(200, **{field: value}).context["form"].errors
    assert not Programme.objects.exists()


def test_products_of_another_house_are_no_choice(other_organisation, send):
    product = Product.objects.create(organisation=other_organisation, name="Pfand", price_cents=8)

    assert "excluded_products" in send(200, excluded_products=[product.pk]).context["form"].errors


def test_the_example_says_what_the_rules_mean(sign_in, staff, organisation):
    make_programme(organisation, points_per_order=2, point_value_cents=5, expires_after_months=24)
    text = sign_in(staff).get(URL).text

    assert "An order of €25.00 earns 27 points." in text
    assert "500 points are worth €25.00." in text
    assert "24 months after the order" in text
    assert '<form method="post" novalidate' not in text


@pytest.mark.parametrize(("rate", "points"), [("2", "52"), ("viele", "27")])
def test_typing_shows_what_it_would_mean_and_stores_nothing(sign_in, admin, organisation, rate, points):
    make_programme(organisation, points_per_order=2)
    response = sign_in(admin).get(f"{URL}preview/", GOOD | {"points_per_euro": rate})

    assert f"earns {points} points" in response.text
    assert Programme.objects.get().points_per_euro == 1
