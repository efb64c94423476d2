"""`/orders/open/`: what is open, by how far it is, the earliest promise first."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from orders.events import OrderEventLine
from orders.fulfilling import take_step
from orders.models import Driver, Fulfilment, Order
from tests.factories import make_customer, make_location, make_order

BOARD = "/orders/open/"


@pytest.fixture
def customer(location):
    return make_customer(location.organisation, location=location, first_name="Selma", last_name="Safran")


@pytest.fixture
def place(customer):
    def make(minutes=None, **fields):
        promised = None if minutes is None else timezone.now() + timedelta(minutes=minutes, seconds=30)
        return make_order(
            customer, status="open", promised_at=promised, **{"service_type": "pickup"} | fields
        )

    return make


@pytest.fixture
def look(client, staff):
    client.force_login(staff)
    return lambda query="": client.get(BOARD + query)


def columns(response) -> dict[str, list[str]]:
    board = response.context["board"]
    return {one.stage.value: [ticket.order.external_id for ticket in one.tickets] for one in board.columns}


def test_columns_by_stage_and_the_earliest_promise_first(look, place, staff):
    late, soon, ready = place(40), place(10), place(5)
    take_step(ready, "ready", seen="new", actor=staff)
    make_order(late.customer)  # a receipt, not open

    assert columns(look()) == {
        "new": [soon.external_id, late.external_id],
        "accepted": [],
        "ready": [ready.external_id],
        "out": [],
    }


@pytest.mark.parametrize(
    ("minutes", "words", "tone"),
    [(20, "20 min left", "neutral"), (4, "4 min left", "warn"), (-6, "5 min over time", "bad")],
)
def test_a_promise_is_warned_of_and_missed(look, place, minutes, words, tone):
    place(minutes)
    ticket = look().context["board"].columns[0].tickets[0]
    assert ticket.due[:2] == (words, tone)
    assert ("order over time" in look().content.decode()) == (tone == "bad")


def test_a_ticket_says_how_much_what_and_who(look, place, staff):
    lines = (OrderEventLine("Suppe", 2, 850, note="ohne Zwiebeln"), OrderEventLine("Brot", 1, 300))
    order = place(20, lines=lines, service_type="delivery")
    driver = Driver.objects.create(organisation=order.organisation, name="Juna Kirsch")
    take_step(order, "out", seen="new", driver=driver, actor=staff)
    ticket = look().context["board"].columns[3].tickets[0]
    assert ticket.items == "3 items, ohne Zwiebeln, driver: Juna Kirsch"
    assert (ticket.total, ticket.action.label) == ("€20.00", "Delivered")
    assert b"Selma Safran" in look().content


def test_by_kind_and_by_location(look, place, client, staff, customer):
    pickup, dine_in = place(20), place(service_type="dine_in")
    assert columns(look("?service=dine_in"))["new"] == [dine_in.external_id]
    elsewhere = make_order(
        customer, status="open", location=make_location(customer.organisation, name="Markt")
    )
    assert elsewhere.external_id in columns(look())["new"]

    client.post(reverse("staff:choose_place"), {"location": pickup.location_id})
    assert elsewhere.external_id not in columns(look())["new"]


def test_the_tab_counts_what_is_open_of_every_kind(look, place, client):
    place(20), place(30), place(service_type="dine_in")
    assert '<span class="num" id="open-count">3</span>' in look("?service=dine_in").content.decode()
    place(40)
    part = client.get(BOARD, headers={"HX-Request": "true"}).content.decode()
    assert '<span class="num" id="open-count" hx-swap-oob="true">4</span>' in part


def test_forgotten_orders_are_told_of_not_shown(look, place):
    place(placed_at=timezone.now() - timedelta(days=3))
    response = look()
    assert response.context["board"].count == 0
    assert "more than two days" in response.content.decode()


def test_orders_of_others_are_not_on_it(look, other_organisation):
    make_order(make_customer(other_organisation, first_name="Fremde"), status="open")
    assert b"Fremde" not in look().content


def test_htmx_gets_the_columns_alone(client, staff, place):
    place(20)
    client.force_login(staff)
    response = client.get(BOARD, headers={"HX-Request": "true"})
    assert response.content.strip().startswith(b'<div id="open-orders"')


def test_a_step_with_undo_and_who_did_it(client, staff, place):
    order = place(20)
    client.force_login(staff)
    url = f"/orders/open/{order.pk}/step/"
    page = client.post(url, {"step": "accepted", "seen": "new"}, follow=True).content.decode()
    assert "Accepted." in page and 'name="step" value="new"' in page
    assert AuditEntry.objects.get(action="order.accepted").actor == staff

    client.post(url, {"step": "new", "seen": "accepted"})
    assert Fulfilment.objects.get(order=order).stage == "new"


def test_who_comes_too_late_is_told(client, staff, place):
    order = place(20)
    take_step(order, "ready", seen="new", actor=staff)
    client.force_login(staff)
    url = f"/orders/open/{order.pk}/step/"
    page = client.post(url, {"step": "done", "seen": "accepted"}, follow=True).content.decode()
    assert "meanwhile" in page
    assert Order.objects.get(pk=order.pk).status == "open"
    assert client.post(url, {"step": "eaten", "seen": "ready"}).status_code == 302


def test_a_driver_is_chosen_and_those_of_others_are_not(client, staff, place, other_organisation):
    order = place(20, service_type="delivery")
    mine = Driver.objects.create(organisation=order.organisation, name="Juna Kirsch")
    gone = Driver.objects.create(organisation=order.organisation, name="Weg", archived_at=timezone.now())
    theirs = Driver.objects.create(organisation=other_organisation, name="Fremd")
    client.force_login(staff)
    url = f"/orders/open/{order.pk}/out/"
    page = client.get(url).content.decode()
    assert "Juna Kirsch" in page and "Fremd" not in page and "Weg" not in page
    for other in (theirs, gone):
        assert client.post(url, {"driver": other.pk, "seen": "new"}).status_code == 422
    client.post(url, {"driver": mine.pk, "seen": "new"})
    way = Fulfilment.objects.get(order=order)
    assert (way.stage, way.driver) == ("out", mine)


def test_called_off_with_a_reason(client, staff, place):
    order = place(20)
    client.force_login(staff)
    url = f"/orders/open/{order.pk}/cancel/"
    assert client.post(url, {"reason": ""}).status_code == 422
    client.post(url, {"reason": "Niemand öffnet"})
    assert Order.objects.get(pk=order.pk).status == "voided"
    page = client.post(url, {"reason": "Noch einmal"}, follow=True).content.decode()
    assert "meanwhile" in page


def test_the_page_of_an_open_order_shows_how_far_it_is(client, staff, place):
    order = place(20, service_type="delivery")
    take_step(order, "ready", seen="new", actor=staff)
    client.force_login(staff)
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert "Ready" in page and "On the way" in page


@pytest.mark.parametrize("many", [1, 12])
def test_queries_do_not_grow_with_orders(client, staff, place, many, django_assert_max_num_queries):
    for _ in range(many):
        place(20)
    client.force_login(staff)
    client.get(BOARD)
    with django_assert_max_num_queries(12):
        client.get(BOARD)


def test_a_promise_is_told_on_the_clock_of_the_location(client, staff, customer, look):
    elsewhere = make_location(customer.organisation, name="Lissabon", timezone="Atlantic/Azores")
    promised = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    order = make_order(
        customer, status="open", service_type="delivery", location=elsewhere, promised_at=promised
    )
    assert look().context["board"].columns[0].tickets[0].clock == "17:30"
    assert b"17:30" in client.get(f"/orders/{order.pk}/").content


def test_a_ticket_has_the_note_and_the_address(look, place):
    order = place(20, service_type="delivery")
    Order.objects.filter(pk=order.pk).update(note="Klingel defekt")
    Fulfilment.objects.create(order=order, destination="Muskatgasse 7")
    ticket = look().context["board"].columns[0].tickets[0]
    assert (ticket.where, ticket.note) == ("Muskatgasse 7", "Klingel defekt")
    assert b"Klingel defekt" in look().content
