from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from backoffice.audit.models import AuditEntry
from customers.choices import Module
from customers.invariants import broken_invariants
from customers.models import Customer, CustomerStats
from orders.events import OrderEventLine
from orders.models import Order, OrderLine, Product
from orders.recording import OrderConflict, record_order
from tests.factories import make_customer, make_location
from tests.orders.factories import make_event, make_programme, make_stranger_event


def record(organisation, event, **options):
    return record_order(organisation=organisation, event=event, **options)


def test_an_order_is_stored_with_what_was_true_at_the_till(organisation, location):
    lines = (
        OrderEventLine("Käsespätzle", 2, 1_390, 310, Decimal("7.00"), "Hauptgerichte"),
        OrderEventLine("Pils", 1, 490, None, Decimal("19.00")),
    )
    order = record(organisation, make_event(location, lines=lines, discount_cents=70, tip_cents=150)).order

    assert (order.total_cents, order.discount_cents, order.tip_cents) == (3_200, 70, 150)
    stored = list(
        OrderLine.objects.values_list("position", "name", "quantity", "unit_cost_cents", "tax_rate")
    )
    assert stored == [(1, "Käsespätzle", 2, 310, Decimal("7")), (2, "Pils", 1, None, Decimal("19"))]


def test_an_order_finds_or_creates_its_customer(organisation, location):
    first = record(organisation, make_event(location)).order
    second = record(organisation, make_event(location, source="store", service_type="dine_in")).order

    customer = Customer.objects.get()
    assert first.customer_id == second.customer_id == customer.pk
    assert (customer.name, customer.source) == ("Anna Müller", "web")
    assert customer.modules == [Module.SHOP, Module.TILL]


@pytest.mark.parametrize(
    ("source", "service_type", "modules"),
    [
        ("web", "delivery", [Module.SHOP, Module.DELIVERY]),
        ("delivery_platform", "partner_delivery", [Module.DELIVERY]),
        ("reservation", "dine_in", [Module.RESERVATIONS]),
        ("api", "pickup", []),
    ],
)
def test_an_order_shows_where_the_customer_is_active(organisation, location, source, service_type, modules):
    record(organisation, make_event(location, source=source, service_type=service_type))
    assert Customer.objects.get().modules == modules


def test_without_phone_and_email_there_is_no_customer(organisation, location):
    assert record(organisation, make_stranger_event(location)).order.customer is None
    assert not Customer.objects.exists()


def test_with_the_customer_module_off_orders_are_kept_without_customer(organisation, location):
    organisation.collects_customers = False
    assert record(organisation, make_event(location)).order.customer is None
    assert not Customer.objects.exists()


def test_products_are_found_by_name_whatever_its_case(organisation, location):
    record(organisation, make_event(location, lines=(OrderEventLine("Käsespätzle", 1, 1_390),)))
    record(organisation, make_event(location, lines=(OrderEventLine("KÄSESPÄTZLE", 1, 1_450),)))

    product = Product.objects.get()
    assert (product.name, product.price_cents) == ("Käsespätzle", 1_390)
    assert list(OrderLine.objects.order_by("pk").values_list("unit_price_cents", flat=True)) == [1_390, 1_450]


def test_the_same_order_again_gets_the_first_answer(organisation, location):
    event = make_event(location)
    first, again = record(organisation, event), record(organisation, event)

    assert (first.created, again.created) == (True, False)
    assert again.order == first.order
    assert CustomerStats.objects.get().receipts_count == 1


def test_the_same_moment_in_another_zone_is_the_same_order(organisation, location):
    event = make_event(location)
    record(organisation, event)
    local = event.placed_at.astimezone(location.tz)
    assert not record(
        organisation, make_event(location, external_id=event.external_id, placed_at=local)
    ).created


@pytest.mark.parametrize(
    "changed",
    [
        {"tip_cents": 1},
        {"total_cents": 2_501},
        {"status": "open"},
        {"phone": "+4917139200013"},
        {"minutes": 1},
    ],
)
def test_another_order_under_the_same_number_is_a_conflict(organisation, location, changed):
    first = record(organisation, make_event(location, external_id="A1")).order

    with pytest.raises(OrderConflict) as conflict:
        record(organisation, make_event(location, external_id="A1", **changed))

    assert conflict.value.order_id == first.pk
    assert (Order.objects.count(), Customer.objects.count()) == (1, 1)


def test_numbers_are_apart_per_source_and_organisation(organisation, location, other_organisation):
    record(organisation, make_event(location, external_id="A1"))
    assert record(organisation, make_event(location, external_id="A1", source="store")).created
    elsewhere = make_location(other_organisation)
    assert record(other_organisation, make_event(elsewhere, external_id="A1")).created


def test_statistics_follow_every_order(organisation, location):
    record(organisation, make_event(location, total_cents=1_000, tip_cents=100))
    record(organisation, make_event(location, total_cents=2_001, minutes=60 * 24))
    record(organisation, make_event(location, total_cents=9_000, minutes=60, status="voided"))

    stats = CustomerStats.objects.get()
    assert (stats.receipts_count, stats.revenue_cents, stats.tips_cents) == (2, 3_001, 100)
    assert (stats.average_order, stats.average_order_cents) == (1_501, 1_501)
    assert stats.first_order_on == date(2026, 3, 2)
    assert stats.last_order_at == datetime(2026, 3, 3, 11, tzinfo=UTC)


def test_an_order_from_the_past_moves_the_first_day_and_not_the_last_order(organisation, location):
    record(organisation, make_event(location, minutes=60 * 24))
    record(organisation, make_event(location, service_type="dine_in"))

    stats = CustomerStats.objects.get()
    assert (stats.first_order_on, stats.last_service_type) == (date(2026, 3, 2), "pickup")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"promised_at": 40, "delivered_at": 40}, "on_time"),
        ({"promised_at": 40, "delivered_at": 41}, "late"),
        ({"promised_at": 40}, "open"),
        ({"delivered_at": 40}, ""),
        ({"service_type": "partner_delivery", "promised_at": 40, "delivered_at": 41}, ""),
        ({"service_type": "pickup"}, ""),
    ],
)
def test_last_status_is_that_of_own_drivers(organisation, location, fields, status):
    event = make_event(location)
    moments = {
        name: event.placed_at.replace(minute=minutes)
        for name, minutes in fields.items()
        if name.endswith("_at")
    }
    service = fields.get("service_type", "delivery")

    record(organisation, make_event(location, service_type=service, **moments))

    assert CustomerStats.objects.get().last_order_status == status


def test_of_two_orders_of_one_moment_the_later_recorded_is_the_last(organisation, location):
    record(organisation, make_event(location, service_type="delivery"))
    record(organisation, make_event(location, service_type="pickup"))

    stats = CustomerStats.objects.get()
    assert (stats.last_service_type, stats.last_order_status) == ("pickup", "")
    assert list(broken_invariants(organisation)) == []


def test_an_open_order_is_the_last_one_and_no_receipt(organisation, location):
    record(organisation, make_event(location))
    record(organisation, make_event(location, minutes=5, status="open", service_type="delivery"))

    stats = CustomerStats.objects.get()
    assert (stats.receipts_count, stats.last_order_status) == (1, "open")


def test_the_day_is_that_of_the_location(organisation):
    islands = make_location(organisation, timezone="Atlantic/Canary")
    midnight = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert record(organisation, make_event(islands, placed_at=midnight)).order.placed_on == date(2026, 7, 2)


def test_only_orders_that_people_place_are_logged(organisation, location, staff):
    record(organisation, make_event(location))
    assert not AuditEntry.objects.exists()

    record(organisation, make_event(location), actor=staff)
    assert AuditEntry.objects.get().action == "order.recorded"


REFUSED = {
    "no number": {"external_id": ""},
    "no lines": {"lines": ()},
    "discount above the sum": {"discount_cents": 2_501},
    "negative tip": {"tip_cents": -1},
    "naive moment": {"placed_at": datetime(2026, 3, 2, 11)},
    "unknown source": {"source": "fax"},
    "unknown service": {"service_type": "drone"},
    "unknown status": {"status": "lost"},
    "phone not E.164": {"phone": "0171 3920012"},
    "zero quantity": {"lines": (OrderEventLine("Pils", 0, 490),)},
    "negative price": {"lines": (OrderEventLine("Pils", 1, -1),)},
    "price out of range": {"lines": (OrderEventLine("Pils", 1, 10**12),)},
    "sum out of range": {"lines": (OrderEventLine("Pils", 100_000, 10**8),)},
    "nameless item": {"lines": (OrderEventLine("", 1, 490),)},
    "long item": {"lines": (OrderEventLine("x" * 121, 1, 490),)},
    "NUL in a name": {"first_name": "An\x00na"},
    "long number": {"external_id": "x" * 81},
}


@pytest.mark.parametrize("fields", REFUSED.values(), ids=REFUSED)
def test_what_no_order_can_be_is_refused_before_any_database(organisation, location, fields):
    with pytest.raises(ValidationError):
        record(organisation, make_event(location, **fields))
    assert not Order.objects.exists()
    assert not Customer.objects.exists()


def test_an_order_of_a_known_customer_takes_few_statements(
    organisation, location, django_assert_max_num_queries
):
    make_programme(organisation)
    record(organisation, make_event(location))
    with django_assert_max_num_queries(19):
        record(organisation, make_event(location))


def test_an_order_of_a_known_customer_needs_no_contact(organisation, location):
    """People who take an order choose the customer, also while the customer module is off."""
    anna = make_customer(organisation, location=location)
    organisation.collects_customers = False
    order = record_order(
        organisation=organisation, event=make_stranger_event(location, customer_id=anna.pk)
    ).order
    anna.stats.refresh_from_db()
    assert (order.customer_id, anna.stats.receipts_count) == (anna.pk, 1)
    assert Customer.objects.count() == 1


def test_no_order_is_given_to_a_customer_of_another_house(organisation, location, other_organisation):
    stranger = make_customer(other_organisation)
    with pytest.raises(ValueError, match="No customers of this organisation"):
        record_order(organisation=organisation, event=make_stranger_event(location, customer_id=stranger.pk))
    assert not Order.objects.exists()
