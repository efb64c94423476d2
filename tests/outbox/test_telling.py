"""What happens is told in the transaction of the change, to those who want to hear of it, with what it is."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from backoffice.outbox.models import Delivery, OutboxMessage
from backoffice.outbox.subscribing import pause_subscriber, remove_subscriber
from backoffice.outbox.telling import tell
from customers.choices import Purpose
from customers.consent import grant_consent
from customers.consent.ledger import withdraw_consent
from customers.contacts.changing import add_point
from customers.figures import FigureChanges
from customers.importing import import_customers
from customers.locks import lock_customers
from customers.records import remove_untouched
from customers.records.registering import edit_customer, register_customer, set_active
from customers.records.tagging import change_tags
from loyalty.points import PointsLine, add_lines
from orders.importing.traces import restore
from orders.models import ImportedCustomer
from orders.recording import OrderRecorder, complete_order
from tests.factories import make_customer, make_order, make_order_import
from tests.orders.factories import MORNING, make_event
from tests.orders.recording.test_api import ORDER
from tests.outbox.conftest import work

pytestmark = pytest.mark.django_db
PAULA = {"first_name": "Paula", "last_name": "Pfeffer", "email": "paula@example.org"}


@pytest.fixture
def told(subscribe, receiver):
    """Everything that has arrived since, as (topic, data)."""
    subscribe()

    def told():
        work()
        sent = [json.loads(body) for _headers, body in receiver.posts]
        receiver.posts.clear()
        return [(message["topic"], message["data"]) for message in sent]

    return told


def topics(told):
    return [topic for topic, _data in told]


@pytest.fixture
def paula(organisation, location, told, admin):
    customer = register_customer(organisation=organisation, location=location, fields=PAULA, actor=admin)
    told()
    return customer


def test_a_new_customer_is_told_with_what_the_api_would_say(organisation, location, told, admin, till):
    fields = {"organisation": organisation, "location": location, "fields": PAULA, "tags": ["VIP"]}
    customer = register_customer(**fields, actor=admin)

    (topic, data), *others = told()

    assert (topic, others) == ("customer.created", [])
    assert data["email"] == "paula@example.org"
    assert data["tags"] == ["VIP"]
    assert data == till().get(f"/customers/{customer.pk}").json() | {
        name: data[name] for name in ("joined_at", "updated_at")
    }


def test_changes_of_a_customer_are_told(paula, told, admin):
    edit_customer(paula, fields={"company": "Pfeffer & Söhne"}, add_tags=["VIP"], actor=admin)
    assert [(topic, data["company"]) for topic, data in told()] == [("customer.updated", "Pfeffer & Söhne")]

    set_active(paula, is_active=False, actor=admin)
    assert [data["status"] for _topic, data in told()] == ["inactive"]

    edit_customer(paula, fields={"company": "Pfeffer & Söhne"}, actor=admin)
    assert told() == []


def test_tags_are_told_once(paula, told, admin):
    change_tags(paula, add=["VIP"], actor=admin)
    change_tags(paula, add=["VIP"], actor=admin)

    assert [(topic, data["tags"]) for topic, data in told()] == [("customer.updated", ["VIP"])]


def test_a_new_phone_is_told(paula, told, admin):
    add_point(paula, value="+491713920042", is_first=True, actor=admin)

    assert [(topic, data["phone"]) for topic, data in told()] == [("customer.updated", "+491713920042")]


def test_what_an_order_adds_to_a_customer_is_told(paula, told, till):
    customer = ORDER["customer"] | {"email": paula.email}
    till().post("/orders", ORDER | {"customer": customer})
    till().post("/orders", ORDER | {"customer": customer, "external_id": "A-2"})

    news = told()

    assert sorted(topics(news)) == ["customer.updated", "order.completed", "order.completed"]
    assert {data["phone"] for topic, data in news if topic == "customer.updated"} == {"+491713920087"}


def test_customers_of_an_import_that_is_undone_are_told_as_gone(organisation, told):
    customer = make_customer(organisation)
    with transaction.atomic():
        going = lock_customers(organisation, {customer.pk}, to_remove=True)
        remove_untouched(organisation, going, since=timezone.now())

    assert told() == [("customer.updated", {"id": customer.pk, "gone": True})]


def test_what_an_undone_import_of_orders_gives_back_is_told(paula, told):
    run = make_order_import(paula.organisation)
    names = {"before": {"last_name": "Altmann"}, "after": {"last_name": "Pfeffer"}}
    ImportedCustomer.objects.create(run=run, customer=paula, created=False, **names)
    with transaction.atomic():
        restore(run, {paula.pk: paula}, FigureChanges(paula.organisation))

    assert [(topic, data["last_name"]) for topic, data in told()] == [("customer.updated", "Altmann")]


def test_consents_are_told_with_who_it_is(paula, told, admin):
    grant_consent(paula, Purpose.MARKETING, method="paper", occurred_at=timezone.now(), actor=admin)
    withdraw_consent(paula, Purpose.MARKETING, actor=admin)

    (granted, first), (withdrawn, second) = told()

    assert {granted, withdrawn} == {"consent.changed"}
    assert (first["purpose"], first["state"], first["method"]) == ("marketing", "granted", "paper")
    assert (second["state"], second["customer"]["email"]) == ("withdrawn", "paula@example.org")
    assert first["occurred_at"] <= second["occurred_at"]


def test_an_order_is_told_when_it_is_a_receipt(paula, told):
    order = make_order(paula, cents=1_500, status="open")
    assert told() == []

    complete_order(order)

    ((topic, data),) = told()
    assert topic == "order.completed"
    assert (data["id"], data["total_cents"], data["status"]) == (order.pk, 1_500, "completed")
    assert data["lines"][0]["quantity"] == 1


def test_an_order_with_a_new_customer_tells_both(organisation, location, told, till):
    till().post("/orders", ORDER)

    assert sorted(topics(told())) == ["customer.created", "order.completed"]


def test_points_are_told_with_change_and_balance(paula, told):
    lines = [PointsLine(paula.pk, "adjusted", 30, MORNING), PointsLine(paula.pk, "adjusted", -10, MORNING)]
    add_lines(paula.organisation, lines)
    add_lines(paula.organisation, [PointsLine(paula.pk, "adjusted", 5, MORNING)])

    facts = [(data["change"], data["balance"]) for topic, data in told() if topic == "points.changed"]

    assert facts == [(20, 20), (5, 25)]


def test_an_import_tells_each_customer_of_it(organisation, location, told, admin, tmp_path):
    make_customer(organisation, phone="+491713920099", first_name="Paul", last_name="Pfeffer")
    file = tmp_path / "list.csv"
    rows = "".join(f"Name{number},0171 39201{number:02}\n" for number in range(20))
    file.write_text("First name,Phone\n" + rows)

    with file.open("rb") as opened:
        import_customers(opened, organisation=organisation, actor=admin)

    assert topics(told()).count("customer.created") == 20


def test_old_receipts_that_an_import_brings_are_no_news(paula, told):
    run = make_order_import(paula.organisation)
    recorder = OrderRecorder(paula.organisation, brought_by=run)
    for days in (1, 30):
        placed_at = timezone.now() - timedelta(days=days)
        recorder.add(make_event(paula.location, external_id=f"{days}", placed_at=placed_at))
    recorder.flush()

    assert topics(told()).count("order.completed") == 1


def test_what_is_rolled_back_is_never_told(organisation, location, told, admin):
    with pytest.raises(RuntimeError), transaction.atomic():
        register_customer(organisation=organisation, location=location, fields=PAULA, actor=admin)
        raise RuntimeError

    assert told() == []
    assert not OutboxMessage.objects.exists()


def test_nobody_hears_of_what_they_did_not_ask_for(organisation, location, subscribe, admin):
    subscribe("order.completed")

    register_customer(organisation=organisation, location=location, fields=PAULA, actor=admin)

    assert not OutboxMessage.objects.exists()


def test_another_organisation_hears_nothing(organisation, location, other_organisation, subscribe, admin):
    subscribe(of=other_organisation)

    register_customer(organisation=organisation, location=location, fields=PAULA, actor=admin)

    assert not Delivery.objects.exists()


def test_without_subscribers_telling_asks_nothing(organisation, subscribe, admin, django_assert_num_queries):
    with django_assert_num_queries(0):
        tell(organisation, "customer.created", [1])

    remove_subscriber(subscribe(), actor=admin)
    organisation.refresh_from_db()
    assert not organisation.has_subscribers


def test_many_messages_are_written_many_at_a_time(organisation, subscribe, django_assert_max_num_queries):
    subscribe()

    with django_assert_max_num_queries(14), transaction.atomic():
        tell(organisation, "customer.created", range(400))


def test_while_paused_messages_are_kept(paula, subscribe, told, admin, receiver):
    subscriber = Delivery.objects.first().subscriber
    pause_subscriber(subscriber, actor=admin)

    edit_customer(paula, fields={"company": "Pfeffer"}, actor=admin)
    work()

    assert receiver.posts == []
    assert subscriber.deliveries.filter(state="waiting").count() == 1


def test_somebody_who_is_gone_is_told_as_gone(paula, told, organisation):
    tell(organisation, "customer.updated", [987_654])

    assert told() == [("customer.updated", {"id": 987_654, "gone": True})]
