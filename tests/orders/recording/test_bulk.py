from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from customers.figures.counters import stored_counters, stored_daily
from customers.invariants import broken_invariants
from customers.models import Customer, CustomerStats
from loyalty.models import PointsEntry
from orders.correcting import void_order
from orders.events import OrderEventLine
from orders.models import Order, OrderLine
from orders.recording import OrderConflict, bulk, complete_order, record_order
from orders.recording.bulk import record_orders
from tests.factories import make_location, make_organisation
from tests.orders.factories import make_event, make_programme

drawn_events = st.lists(
    st.fixed_dictionaries(
        {
            "external_id": st.sampled_from([f"N{n}" for n in range(9)]),
            "minutes": st.sampled_from([0, 0, 5, 60 * 24, 60 * 24 * 45]),
            "source": st.sampled_from(["web", "store"]),
            "service_type": st.sampled_from(["delivery", "pickup"]),
            "status": st.sampled_from(["completed", "completed", "open", "voided"]),
            "phone": st.sampled_from(["", "+4917139200012", "+4917139200013"]),
            "email": st.sampled_from(["", "a@example.org", "b@example.org"]),
            "lines": st.lists(
                st.builds(
                    OrderEventLine,
                    st.sampled_from(["Pils", "PILS", "Klöße"]),
                    st.integers(1, 3),
                    st.integers(0, 999),
                ),
                min_size=1,
                max_size=2,
            ).map(tuple),
            "tip_cents": st.integers(0, 99),
            "promised_at": st.sampled_from([None, 40]),
            "delivered_at": st.sampled_from([None, 39, 41]),
        }
    ),
    max_size=14,
)


def as_event(drawn: dict, location):
    event = make_event(location, **drawn | {"promised_at": None, "delivered_at": None})
    moments = {
        name: event.placed_at + timedelta(minutes=drawn[name])
        for name in ("promised_at", "delivered_at")
        if drawn[name] is not None
    }
    return make_event(location, **drawn | {"promised_at": None, "delivered_at": None} | moments)


def house():
    organisation = make_organisation()
    make_programme(organisation, points_per_order=3)
    return organisation, make_location(organisation, name="Altstadt")


def everything(organisation) -> list:
    """All rows that recording writes, without ids and clocks."""
    orders = Order.objects.filter(organisation=organisation).order_by("pk")
    stats = CustomerStats.objects.filter(organisation=organisation).order_by("pk")
    left_out = {"customer_id", "organisation_id", "last_order_sort"}
    return [
        list(
            orders.values_list(
                "external_id", "source", "status", "customer__phone", "total_cents", "placed_on"
            )
        ),
        list(
            OrderLine.objects.filter(order__in=orders)
            .order_by("pk")
            .values_list("position", "product__name", "name")
        ),
        list(
            Customer.objects.of(organisation)
            .order_by("pk")
            .values_list("phone", "email", "module_bits", "joined_at")
        ),
        [{name: value for name, value in row.items() if name not in left_out} for row in stats.values()],
        list(PointsEntry.objects.filter(order__in=orders).order_by("order").values_list("kind", "points")),
        sorted(stored_counters(organisation).values()),
        sorted((key[1:], row) for key, row in stored_daily(organisation).items() if any(row)),
    ]


def record_one_by_one(organisation, events) -> list:
    answers = []
    for event in events:
        try:
            answers.append(record_order(organisation=organisation, event=event).created)
        except OrderConflict:
            answers.append(None)
    return answers


@pytest.mark.slow
class BulkTest(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(drawn_events, st.sampled_from([1, 4, 1_000]))
    def test_bulk_does_what_one_by_one_does(self, drawn, rows):
        (single, here), (many, there) = house(), house()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bulk, "ROWS", {"sqlite": rows, "postgresql": rows})
            answers = record_one_by_one(single, [as_event(one, here) for one in drawn])
            result = record_orders(many, [as_event(one, there) for one in drawn])

        assert everything(many) == everything(single)
        told = (result.recorded, result.repeated, len(result.conflicts))
        assert told == (answers.count(True), answers.count(False), answers.count(None))
        assert not list(broken_invariants(many))

    @settings(max_examples=40, deadline=None)
    @given(drawn_events, st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=12))
    def test_figures_are_the_truth_after_any_sequence(self, drawn, later):
        organisation, location = house()
        record_orders(organisation, [as_event(one, location) for one in drawn])
        orders = list(Order.objects.filter(organisation=organisation).order_by("pk"))
        for place, voids in later:
            order = orders[place % len(orders)] if orders else None
            if order and voids and order.status != "voided":
                void_order(order, reason="x")
                order.refresh_from_db()
            elif order and order.status == "open":
                order = complete_order(order)
            orders = [order if order and one.pk == order.pk else one for one in orders]

        assert not list(broken_invariants(organisation))


def test_a_second_run_changes_nothing(organisation, location):
    events = [make_event(location, minutes=n) for n in range(30)]
    first = record_orders(organisation, events)
    before = everything(organisation)

    again = record_orders(organisation, events)

    assert (first.recorded, first.repeated, first.lines) == (30, 0, 30)
    assert (again.recorded, again.repeated, again.lines, again.total_cents) == (0, 30, 0, 0)
    assert everything(organisation) == before


def test_the_result_tells_customers_and_sums(organisation, location):
    record_orders(organisation, [make_event(location)])
    result = record_orders(
        organisation,
        [make_event(location, tip_cents=100), make_event(location, phone="+4917139200013", total_cents=900)],
    )
    assert (len(result.customers_created), len(result.customers_found)) == (1, 1)
    assert (result.total_cents, result.tip_cents) == (3_400, 100)


@pytest.mark.parametrize("count", [2, 40])
def test_a_batch_takes_as_many_statements_for_any_number_of_orders(
    organisation, location, count, django_assert_max_num_queries
):
    make_programme(organisation)
    record_orders(organisation, [make_event(location)])
    events = [make_event(location, minutes=n) for n in range(count)]
    with django_assert_max_num_queries(21):
        record_orders(organisation, events)
