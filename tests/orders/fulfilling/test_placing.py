"""Orders taken here: all sums by the server, once, with coupon and points, or not at all."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest

from backoffice.audit.models import AuditEntry
from customers.figures import differences
from customers.invariants import broken_invariants
from customers.models import Customer, CustomerStats
from loyalty.models import CouponUse, PointsEntry
from loyalty.points import PointsLine, add_lines
from orders.correcting import void_order
from orders.fulfilling import PlacementLine, PlacementRefused, billed, place_order
from orders.models import Fulfilment, Order, OrderDiscount, Product
from orders.recording import record_order
from tests.customers.records.test_matching_races import in_parallel
from tests.factories import make_customer
from tests.loyalty.factories import make_coupon
from tests.orders.factories import MORNING, make_event, make_programme

AT_ONCE = 50


@pytest.fixture
def customer(organisation, location):
    """Somebody with 100 points, worth 5 cents each."""
    make_programme(organisation, point_value_cents=5, points_per_euro=0, minimum_points=20)
    customer = make_customer(
        organisation, phone="+4917139200012", first_name="Paula", last_name="Pfefferkorn"
    )
    add_lines(organisation, [PointsLine(customer.pk, "adjusted", 100, MORNING)])
    return Customer.objects.select_related("stats").get(pk=customer.pk)


def refused(placement, actor) -> dict[str, str]:
    with pytest.raises(PlacementRefused) as refusal:
        place_order(placement, actor=actor)
    assert not Order.objects.exists()
    return refusal.value.bill.problems


def test_an_open_order_with_number_lines_and_who_took_it(placement, soup, staff):
    lines = (PlacementLine(soup.pk, 2, "ohne Sahne"),)
    order = place_order(placement(lines=lines, tip_cents=100), actor=staff).order

    line = order.lines.get()
    assert (order.external_id, order.status, order.source) == ("B-1001", "open", "manual")
    assert (order.total_cents, order.tip_cents) == (1_700, 100)
    assert (line.name, line.quantity, line.unit_price_cents, line.tax_rate) == ("Kürbissuppe", 2, 850, 7)
    assert line.note == "ohne Sahne"
    assert AuditEntry.objects.get(action="order.recorded").actor == staff


def test_numbers_go_on_and_step_over_those_that_an_import_brought(placement, location, staff):
    record_order(
        organisation=location.organisation, event=make_event(location, external_id="B-1002", source="manual")
    )
    numbers = [place_order(placement(), actor=staff).order.external_id for _ in range(2)]

    assert numbers == ["B-1001", "B-1003"]


def test_a_delivery_brings_its_fee_and_needs_an_address(placement, fee, staff):
    wanted = placement(service_type="delivery")
    assert refused(wanted, staff) == {"destination": "A delivery needs an address."}

    order = place_order(placement(service_type="delivery", destination="Muskatgasse 7"), actor=staff).order

    assert order.total_cents == 1_900
    assert [line.name for line in order.lines.all()] == ["Kürbissuppe", "Lieferung"]
    assert order.fulfilment.destination == "Muskatgasse 7"


def test_coupon_and_points_come_off_and_stand_on_the_receipt(placement, customer, staff):
    make_coupon(customer.organisation, code="DANKE", kind="amount", amount_cents=500)
    order = place_order(placement(customer=customer, coupon="danke", points=40), actor=staff).order

    assert order.total_cents == 1_700 - 500 - 200
    discounts = dict(OrderDiscount.objects.values_list("kind", "label"))
    assert discounts == {"coupon": "Coupon DANKE", "points": "40 points"}
    assert CustomerStats.objects.get(customer=customer).points == 60
    assert CouponUse.objects.get().order == order


def test_free_delivery_takes_the_fee_off(placement, fee, organisation, staff):
    make_coupon(organisation, code="FREI", kind="delivery")
    wanted = placement(service_type="delivery", destination="Muskatgasse 7", coupon="FREI")
    assert place_order(wanted, actor=staff).order.total_cents == 1_700


@pytest.mark.parametrize(
    ("wish", "field", "why"),
    [
        ({"coupon": "NIE"}, "coupon", "no coupon with this code"),
        ({"coupon": "AB50"}, "coupon", "holds from €50.00 on"),
        ({"points": 101}, "points", "that many points"),
        ({"points": 19}, "points", "from 20 on"),
    ],
)
def test_what_is_not_given_is_refused_and_nothing_is_used(placement, customer, staff, wish, field, why):
    make_coupon(customer.organisation, code="AB50", minimum_cents=5_000)
    problems = refused(placement(customer=customer, **wish), staff)

    assert why in problems[field]
    assert CustomerStats.objects.get(customer=customer).points == 100
    assert not CouponUse.objects.exists()


def test_points_without_a_customer_are_refused(placement, customer, staff):
    assert "Choose the customer" in refused(placement(points=40), staff)["points"]


def test_points_never_pay_more_than_the_bill(placement, customer, organisation, staff):
    make_coupon(organisation, code="FAST", kind="amount", amount_cents=1_650)
    problems = refused(placement(customer=customer, coupon="FAST", points=40), staff)
    assert "at most 10 points" in problems["points"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_available": False}, "No longer on the menu."),
        ({"archived_at": MORNING}, "No longer on the menu."),
    ],
)
def test_what_is_not_to_be_had_is_refused(placement, soup, staff, change, why):
    Product.objects.filter(pk=soup.pk).update(**change)
    assert billed(placement()).lines[0].problem == why
    assert set(refused(placement(), staff)) == {"lines"}


def test_sold_out_is_refused_on_its_day_alone(placement, soup, location, staff):
    today = placement().now.astimezone(location.tz).date()
    Product.objects.filter(pk=soup.pk).update(sold_out_on=today)
    assert billed(placement()).lines[0].problem == "Sold out today."
    assert set(refused(placement(), staff)) == {"lines"}

    Product.objects.filter(pk=soup.pk).update(sold_out_on=today - timedelta(days=1))
    assert place_order(placement(), actor=staff).created


def test_nothing_ordered_and_a_time_that_passed_are_refused(placement, staff):
    now = placement().now
    assert set(refused(placement(lines=()), staff)) == {"lines"}
    assert set(refused(placement(promised_at=now - timedelta(minutes=1)), staff)) == {"at"}


def test_products_of_others_are_not_on_this_menu(placement, other_organisation, staff):
    theirs = Product.objects.create(organisation=other_organisation, name="Fremdes", price_cents=1)
    problems = refused(placement(lines=(PlacementLine(theirs.pk, 1),)), staff)
    assert problems == {"lines": "Choose what is ordered."}


def test_allergens_that_the_notes_name_are_asked_about(placement, customer, soup, staff):
    Product.objects.filter(pk=soup.pk).update(allergens=["milk", "celery"])
    customer.notes = "Laktoseintoleranz, sitzt gern am Fenster"
    line = billed(placement(customer=customer)).lines[0]
    assert (line.avoided, line.problem) == ({"milk"}, "Ask the customer first.")
    assert set(refused(placement(customer=customer), staff)) == {"lines"}

    asked = (PlacementLine(soup.pk, 2, is_asked=True),)
    assert place_order(placement(customer=customer, lines=asked), actor=staff).created


def test_sent_twice_is_one_order(placement, customer, organisation, staff):
    make_coupon(organisation, code="EINMAL", kind="amount", amount_cents=100, max_uses=1)
    wanted = placement(customer=customer, coupon="EINMAL", points=40)
    first, second = (place_order(wanted, actor=staff) for _ in range(2))

    assert (first.created, second.created) == (True, False)
    assert first.order == second.order == Order.objects.get()
    assert PointsEntry.objects.filter(kind="redeemed").count() == CouponUse.objects.count() == 1


def test_a_voided_order_gives_coupon_and_points_back(placement, customer, organisation, staff):
    make_coupon(organisation, code="EINMAL", kind="amount", amount_cents=100, max_uses=1)
    order = place_order(placement(customer=customer, coupon="EINMAL", points=40), actor=staff).order
    void_order(order, reason="Falsch verstanden", actor=staff)

    assert CustomerStats.objects.get(customer=customer).points == 100
    assert CouponUse.objects.get().released_at is not None
    assert place_order(placement(customer=customer, coupon="EINMAL", points=100), actor=staff).created
    assert (list(broken_invariants(organisation)), list(differences(organisation))) == ([], [])


def test_a_phone_finds_its_customer_and_makes_a_new_one(placement, customer, staff):
    known = place_order(placement(phone=customer.phone, name="Irgendwer"), actor=staff).order
    new = place_order(placement(phone="+4917139200099", name="Bruno Basilikum"), actor=staff).order

    assert known.customer == customer
    assert (new.customer.first_name, new.customer.last_name) == ("Bruno", "Basilikum")
    assert new.note == ""


def test_who_is_no_customer_is_called_by_a_name(placement, staff):
    order = place_order(placement(name="Bruno", note="klingeln"), actor=staff).order
    assert (order.customer, order.note) == (None, "Bruno, klingeln")


def test_a_house_that_collects_no_customers_serves_a_coupon_by_phone(placement, organisation, staff):
    organisation.collects_customers = False
    organisation.save()
    make_coupon(organisation, code="EINMAL", max_uses_per_customer=1)
    assert place_order(placement(phone="+4917139200012", coupon="EINMAL"), actor=staff).order.customer is None
    with pytest.raises(PlacementRefused) as refusal:
        place_order(placement(phone="+4917139200012", coupon="EINMAL"), actor=staff)
    assert "as often as it can" in refusal.value.bill.problems["coupon"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", [True, False], ids=["one press", "fifty people"])
def test_fifty_at_once(placement, customer, staff, same):
    """One press sent fifty times is one order; fifty orders never redeem more points than there are."""
    one = placement(customer=customer, points=20)
    wanted = [one if same else placement(customer=customer, points=20) for _ in range(AT_ONCE)]

    def place(number: int) -> bool:
        try:
            return place_order(wanted[number], actor=staff).created
        except PlacementRefused:
            return False

    created = sum(in_parallel(*(lambda number=number: place(number) for number in range(AT_ONCE))))

    assert created == Order.objects.count() == (1 if same else 5)
    assert CustomerStats.objects.get(customer=customer).points == (80 if same else 0)
    numbers = sorted(Order.objects.values_list("external_id", flat=True))
    assert len(set(numbers)) == created


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_one_press_is_many_orders(placement, staff):
    barrier, one = Barrier(5), placement()

    def look_then_place():
        is_new = not Fulfilment.objects.filter(token=one.token).exists()
        barrier.wait(timeout=20)
        return is_new and place_order(replace(one, token=uuid4()), actor=staff)

    in_parallel(*[look_then_place] * 5)

    assert Order.objects.count() == 5
