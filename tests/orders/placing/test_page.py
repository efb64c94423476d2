"""`/orders/new/`: the form that carries the cart, with and without script."""

from uuid import uuid4

import pytest
from django.utils import timezone

from customers.models import Customer
from loyalty.points import PointsLine, add_lines
from orders.events import OrderEventLine
from orders.models import Order, Product
from tests.factories import make_customer, make_location, make_order
from tests.loyalty.factories import make_card, make_coupon
from tests.orders.factories import MORNING, make_product, make_programme

NEW = "/orders/new/"


@pytest.fixture
def soup(location):
    return make_product(location.organisation, name="Kürbissuppe", category="Suppen", price_cents=850)


@pytest.fixture
def send(client, staff, location, soup):
    """Send the form as a browser does: two soups in the cart, and what a test types besides."""
    client.force_login(staff)

    def post(step="", *, htmx=False, **typed):
        data = {
            "token": str(uuid4()),
            "location": str(location.pk),
            "service": "pickup",
            "product": [str(soup.pk)],
            "quantity": ["2"],
            "line_note": [""],
            "step": step,
        }
        headers = {"HX-Request": "true"} if htmx else {}
        return client.post(NEW, data | typed, headers=headers)

    return post


def cart(response) -> list[tuple[str, int]]:
    return [(row.name, row.quantity) for row in response.context["cart"]]


def test_a_customer_comes_with_address_usual_dishes_and_kind(client, staff, location, soup):
    customer = make_customer(
        location.organisation,
        first_name="Paula",
        address1="Muskatgasse 7",
        postcode="12345",
        city="Lindenstadt",
    )
    make_order(customer, service_type="delivery", lines=(OrderEventLine("Kürbissuppe", 1, 850),))
    client.force_login(staff)
    response = client.get(f"{NEW}?customer={customer.pk}")

    form, groups = response.context["form"], response.context["groups"]
    assert form["destination"].value() == "Muskatgasse 7, 12345 Lindenstadt"
    assert form["service"].value() == "delivery"
    assert groups[0].title.startswith("Often ordered by Paula")
    assert [item.name for item in groups[0].items] == ["Kürbissuppe"]


def test_customers_of_others_begin_no_order(client, staff, location, other_organisation):
    theirs = make_customer(other_organisation, first_name="Fremde")
    client.force_login(staff)
    response = client.get(f"{NEW}?customer={theirs.pk}")
    assert (response.status_code, response.context["customer"]) == (200, None)
    assert b"Fremde" not in response.content


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("more:0", [("Kürbissuppe", 3)]),
        ("less:0", [("Kürbissuppe", 1)]),
        ("less:7", [("Kürbissuppe", 2)]),
        ("more:-1", [("Kürbissuppe", 2)]),
        ("add:99999999", [("Kürbissuppe", 2)]),
        ("nonsense", [("Kürbissuppe", 2)]),
        ("add:" + "9" * 400, [("Kürbissuppe", 2)]),
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_steps_of_the_cart(send, step, expected, htmx):
    assert cart(send(step, htmx=htmx)) == expected


def test_the_same_product_is_one_line_until_it_has_a_note(send, soup):
    assert cart(send(f"add:{soup.pk}")) == [("Kürbissuppe", 3)]
    assert cart(send(f"add:{soup.pk}", line_note=["ohne Sahne"])) == [("Kürbissuppe", 2), ("Kürbissuppe", 1)]
    assert cart(send("less:0", quantity=["1"])) == []


def test_enter_adds_the_first_that_two_letters_find(send, location, soup):
    make_product(location.organisation, name="Apfelsaft mit Kürbis")
    today = timezone.now().astimezone(location.tz).date()
    make_product(location.organisation, name="Kürbisbrot", sold_out_on=today)
    response = send("first", q="kü", product=[], quantity=[], line_note=[])
    assert cart(response) == [("Kürbissuppe", 1)]
    assert response.context["query"] == ""
    assert cart(send("first", q="zz")) == [("Kürbissuppe", 2)]


def test_enter_takes_who_a_card_or_a_phone_belongs_to(send, location):
    customer = make_customer(location.organisation, phone="+4917139200012")
    card = make_card(location.organisation, customer=customer)
    assert send("first", phone="0171 39200012").context["customer"] == customer
    assert send("first", name=card.number).context["customer"] == customer
    assert send("first", name="Bruno").context["customer"] is None


def test_a_blocked_card_says_so(send, location):
    card = make_card(location.organisation, state="blocked")
    response = send("first", name=card.number)
    assert response.context["customer"] is None
    assert "blocked" in response.context["card_fault"]


def test_placed_it_leads_to_the_board(send):
    response = send("place", tip="1,00", note="klingeln", name="Bruno")
    order = Order.objects.get()
    assert (response.status_code, response["Location"]) == (302, "/orders/open/")
    assert (order.total_cents, order.tip_cents, order.note) == (1_700, 100, "Bruno, klingeln")


def test_htmx_is_led_there_too_and_twice_is_once(send):
    token = str(uuid4())
    answers = [send("place", htmx=True, token=token) for _ in range(2)]
    assert [answer["HX-Redirect"] for answer in answers] == ["/orders/open/"] * 2
    assert Order.objects.count() == 1


def test_what_is_wrong_is_named_and_what_was_typed_stays(send):
    response = send("place", service="delivery", note="klingeln", phone="12", tip="-1", quantity=["2"])
    page = response.content.decode()
    assert response.status_code == 422
    assert "The order is not placed yet" in page
    assert "Phone: Digits are missing." in page
    assert 'value="klingeln"' in page
    assert cart(response) == [("Kürbissuppe", 2)]
    assert not Order.objects.exists()


def test_an_address_is_missed_only_once_the_order_is_placed(send):
    assert "needs an address" not in send("more:0", service="delivery").content.decode()
    assert "needs an address" in send("place", service="delivery").content.decode()


def test_a_sum_that_was_not_seen_is_shown_first(send, soup):
    Product.objects.filter(pk=soup.pk).update(price_cents=900)
    response = send("place", seen_total="1700")
    assert "The sum was €17.00 before" in response.content.decode()
    assert not Order.objects.exists()
    assert send("place", seen_total="1800").status_code == 302


def test_coupon_and_points_are_told_while_they_are_typed(send, location):
    make_programme(location.organisation, point_value_cents=5, points_per_euro=0, minimum_points=20)
    make_coupon(location.organisation, code="DANKE", kind="amount", amount_cents=500)
    customer = make_customer(location.organisation)
    add_lines(location.organisation, [PointsLine(customer.pk, "adjusted", 100, MORNING)])
    who = {"customer": str(Customer.objects.get(pk=customer.pk).pk)}

    response = send("", coupon="danke", points="40", **who)
    assert response.context["total"] == "€10.00"
    assert response.context["most_points"]["points"] == 100
    assert "no coupon with this code" in send("", coupon="NIE", **who).content.decode()
    assert "that many points" in send("", points="200", **who).content.decode()


@pytest.mark.parametrize("at", ["00:00", "02:30"])
def test_a_time_that_passed_or_is_skipped_is_told(send, at, location):
    day = "2027-03-28" if at == "02:30" else timezone.now().astimezone(location.tz).date().isoformat()
    page = send("place", at=at, day=day).content.decode()
    assert ("two months" in page) if at == "02:30" else ("has passed" in page)


def test_without_a_location_it_says_what_to_do(client, staff):
    staff.membership.organisation.locations.all().delete()
    client.force_login(staff)
    assert b"No location yet" in client.get(NEW).content


def test_two_locations_can_be_chosen_from(send, location):
    second = make_location(location.organisation, name="Am Markt")
    send("place", location=str(second.pk))
    assert Order.objects.get().location == second


@pytest.mark.parametrize("extra", [0, 40])
def test_queries_do_not_grow_with_the_menu(send, location, extra, django_assert_max_num_queries):
    for _ in range(extra):
        make_product(location.organisation)
    send()
    with django_assert_max_num_queries(12):
        send("more:0", htmx=True)


def test_going_back_and_ordering_something_else_loses_no_order(send):
    token = str(uuid4())
    send("place", token=token)
    response = send("place", token=token, quantity=["3"])
    assert "B-1001 was placed from this page already" in response.content.decode()
    assert Order.objects.count() == 1

    send("place", token=response.context["form"]["token"].value(), quantity=["3"])
    assert Order.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"quantity": ["abc"]}, "from 1 on"),
        ({"quantity": [""]}, "from 1 on"),
        ({"quantity": ["-2"]}, "from 1 on"),
        ({"quantity": ["9999999"]}, "from 1 on"),
        ({"line_note": ["n" * 121]}, "longer than 120"),
        ({"line_note": ["a\x01b"]}, "control characters"),
        ({"name": "N" * 100, "phone": "0171 39200012"}, "longer than 80"),
    ],
)
def test_what_no_order_can_be_is_told_and_stays(send, typed, told):
    response = send("place", **typed)
    assert response.status_code == 422
    assert told in response.content.decode()
    assert len(response.context["cart"]) == 1
    assert not Order.objects.exists()


def test_none_of_it_takes_the_line_away(send):
    assert cart(send("", quantity=["0"])) == []
