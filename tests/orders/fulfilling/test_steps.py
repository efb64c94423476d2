"""An open order on its way: forward, back, handed over, called off."""

import pytest

from customers.models import CustomerStats
from orders.correcting import void_order
from orders.fulfilling import DONE, cancel_order, next_action, place_order, take_step
from orders.locks import WrongStatus
from orders.models import Driver, Fulfilment, Order, OrderVoid
from tests.factories import make_customer, make_order


@pytest.fixture
def order(placement, location, staff):
    customer = make_customer(location.organisation)
    wanted = placement(customer=customer, service_type="delivery", destination="Muskatgasse 7")
    return place_order(wanted, actor=staff).order


@pytest.fixture
def driver(organisation):
    return Driver.objects.create(organisation=organisation, name="Juna Kirsch")


def test_from_new_to_delivered(order, driver, staff):
    for seen, step in (("new", "accepted"), ("accepted", "ready"), ("ready", "out")):
        assert next_action("delivery", seen).step == step
        assert take_step(order, step, seen=seen, driver=driver if step == "out" else None, actor=staff)
    assert take_step(order, DONE, seen="out", actor=staff)

    order.refresh_from_db()
    way = order.fulfilment
    assert order.status == "completed"
    assert way.driver == driver
    assert way.accepted_at <= way.ready_at <= way.out_at <= order.delivered_at
    assert CustomerStats.objects.get(customer=order.customer).receipts_count == 1


@pytest.mark.parametrize("service_type", ["pickup", "dine_in", "partner_delivery"])
def test_only_own_drivers_are_on_the_way(service_type):
    assert next_action(service_type, "ready").step == DONE
    assert next_action("delivery", "ready").asks


def test_the_same_step_twice_is_one(order, staff):
    assert take_step(order, "accepted", seen="new", actor=staff)
    assert not take_step(order, "accepted", seen="new", actor=staff)
    assert take_step(order, DONE, seen="accepted", actor=staff)
    assert not take_step(order, DONE, seen="accepted", actor=staff)


def test_a_step_back_takes_its_moment_back(order, driver, staff):
    take_step(order, "ready", seen="new", actor=staff)
    take_step(order, "out", seen="ready", driver=driver, actor=staff)
    take_step(order, "accepted", seen="out", actor=staff)

    way = Fulfilment.objects.get(order=order)
    assert (way.stage, way.ready_at, way.out_at, way.driver) == ("accepted", None, None, None)
    assert way.accepted_at is not None


def test_who_saw_something_else_is_refused(order, staff):
    take_step(order, "ready", seen="new", actor=staff)
    with pytest.raises(WrongStatus):
        take_step(order, DONE, seen="accepted", actor=staff)
    assert Order.objects.get(pk=order.pk).status == "open"


def test_an_order_of_a_till_gets_its_steps_too(location, staff):
    order = make_order(make_customer(location.organisation), status="open", service_type="dine_in")
    assert take_step(order, "ready", seen="new", actor=staff)
    assert take_step(order, DONE, seen="ready", actor=staff)
    order.refresh_from_db()
    assert (order.status, order.delivered_at) == ("completed", None)


def test_called_off_with_a_reason_while_it_is_open(order, staff):
    cancel_order(order, reason="Niemand öffnet", actor=staff)
    assert Order.objects.get(pk=order.pk).status == "voided"
    assert OrderVoid.objects.get(order=order).reason == "Niemand öffnet"
    with pytest.raises(WrongStatus):
        take_step(order, "accepted", seen="new", actor=staff)


def test_a_receipt_is_not_called_off(order, staff):
    take_step(order, DONE, seen="new", actor=staff)
    with pytest.raises(WrongStatus):
        cancel_order(order, reason="Zu spät", actor=staff)
    void_order(order, reason="Zu spät", actor=staff)


def test_numbers_of_minutes_survive_a_second_driver(order, driver, staff):
    take_step(order, "out", seen="new", driver=driver, actor=staff)
    out_at = Fulfilment.objects.get(order=order).out_at
    second = Driver.objects.create(organisation=driver.organisation, name="Ole")
    assert take_step(order, "out", seen="out", driver=second, actor=staff)
    way = Fulfilment.objects.get(order=order)
    assert (way.driver, way.out_at) == (second, out_at)
