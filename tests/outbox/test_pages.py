"""`/settings/webhooks/`: who is told, shown with state and log, tried out, paused, removed."""

import pytest
from django.urls import reverse

from backoffice.outbox.models import Delivery, Subscriber
from backoffice.outbox.subscribing import pause_subscriber
from backoffice.outbox.telling import tell
from tests.factories import make_customer
from tests.outbox.conftest import work

pytestmark = pytest.mark.django_db
LIST_QUERIES, LOG_QUERIES = 5, 5
NEW = {"name": "Newsletter", "url": "https://93.184.216.34/hook", "topics": ["customer.created"]}


def address(step, *ids):
    return reverse(f"webhooks:{step}", args=ids)


@pytest.fixture
def admins(sign_in, admin):
    return sign_in(admin)


def test_a_new_receiver_shows_its_secret_once(admins):
    secret = admins.post(address("new"), NEW).context["secret"]

    subscriber = Subscriber.objects.get()
    assert (subscriber.name, subscriber.topics, subscriber.secret) == (
        "Newsletter",
        ["customer.created"],
        secret,
    )
    assert secret not in str(Subscriber.objects.values().get())
    assert secret not in admins.get(address("log", subscriber.pk)).content.decode()
    assert secret not in admins.get(address("edit", subscriber.pk)).content.decode()
    assert secret not in str(dict(admins.session))


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "https://10.0.0.1/"},
        {"url": "https://localhost/"},
        {"url": "http://93.184.216.34/"},
        {"url": "newsletter"},
        {"url": ""},
        {"name": " "},
        {"topics": []},
        {"topics": ["test.ping"]},
        {"topics": ["everything"]},
    ],
)
def test_what_cannot_be_is_told_at_its_field(admins, wrong):
    response = admins.post(address("new"), NEW | wrong)

    assert [*response.context["form"].errors] == [*wrong]
    assert not Subscriber.objects.exists()


def test_adding_and_changing_ask_for_the_password_again(client, admin, subscribe):
    client.force_login(admin)
    subscriber = subscribe()
    for step in (address("new"), address("edit", subscriber.pk), address("secret", subscriber.pk)):
        assert "confirm" in client.get(step).url
        assert "confirm" in client.post(step, NEW).url
    assert Subscriber.objects.get().url == subscriber.url


def test_what_was_typed_before_the_password_is_there_again(client, admin, sign_in, subscribe):
    subscriber = subscribe("customer.created")
    client.force_login(admin)
    client.post(address("edit", subscriber.pk), NEW | {"name": "Letters", "topics": ["order.completed"]})
    session = client.session
    sign_in(admin)
    kept, session = session["unsent"], client.session
    session["unsent"] = kept
    session.save()

    form = client.get(address("edit", subscriber.pk)).context["form"]

    assert (form["name"].value(), form["topics"].value()) == ("Letters", ["order.completed"])


def test_a_receiver_is_changed(admins, subscribe):
    subscriber = subscribe()

    admins.post(address("edit", subscriber.pk), NEW | {"name": "Letters"})

    subscriber.refresh_from_db()
    assert (subscriber.name, subscriber.url, subscriber.topics) == (
        "Letters",
        NEW["url"],
        ["customer.created"],
    )


def test_another_secret_signs_from_then_on(admins, subscribe):
    subscriber, before = subscribe(), Subscriber.objects.get().secret

    secret = admins.post(address("secret", subscriber.pk)).context["secret"]

    assert Subscriber.objects.get().secret == secret != before


def test_a_test_shows_what_comes_of_it(admins, subscribe, receiver):
    subscriber = subscribe()
    page = admins.post(address("test", subscriber.pk), follow=True)
    assert "waiting" in page.content.decode()
    assert "data-poll" in page.content.decode()

    work()

    state = admins.get(f"{page.request['PATH_INFO']}?state", headers={"HX-Request": "true"}).content.decode()
    assert "delivered" in state
    assert "It answered 200." in state
    assert "data-poll" not in state
    assert "<html" not in state


def test_a_test_that_fails_says_why(admins, subscribe, receiver):
    receiver.says = 503
    page = admins.post(address("test", subscribe().pk), follow=True)
    work()

    assert "503" in admins.get(page.request["PATH_INFO"]).content.decode()


def test_it_is_paused_and_resumed(admins, subscribe, receiver, organisation):
    subscriber = subscribe()
    admins.post(address("pause", subscriber.pk))
    tell(organisation, "customer.created", [make_customer(organisation).pk])
    work()
    assert "Nothing is sent since" in admins.get(address("log", subscriber.pk)).content.decode()
    assert "1 message waits" in admins.get(address("list")).content.decode()

    admins.post(address("resume", subscriber.pk))
    work()

    assert len(receiver.posts) == 1


def test_the_log_shows_the_newest_first_and_page_by_page(admins, subscribe, organisation):
    subscriber = subscribe()
    tell(organisation, "customer.created", range(120))

    first = admins.get(address("log", subscriber.pk)).context
    second = admins.get(address("log", subscriber.pk), {"before": first["older"]}).context

    ids = [delivery.pk for delivery in (*first["deliveries"], *second["deliveries"])]
    assert ids == [*Delivery.objects.order_by("-pk").values_list("pk", flat=True)[:100]]


def test_the_log_is_narrowed_to_a_state(admins, subscribe, organisation):
    subscriber = subscribe()
    tell(organisation, "customer.created", range(3))
    Delivery.objects.filter(pk=Delivery.objects.first().pk).update(state="failed")

    page = admins.get(address("log", subscriber.pk), {"state": "failed"})

    assert len(page.context["deliveries"]) == 1
    assert admins.get(address("log", subscriber.pk), {"state": "x", "before": "y"}).status_code == 200


def test_a_delivery_shows_its_body_and_is_sent_again(admins, subscribe, receiver, organisation):
    subscriber = subscribe()
    customer = make_customer(organisation, last_name="Pfeffer <b>")
    tell(organisation, "customer.created", [customer.pk])
    work()
    place = subscriber.pk, Delivery.objects.get().pk
    page = admins.get(address("delivery", *place)).content.decode()
    assert "Pfeffer &lt;b&gt;" in page

    admins.post(address("again", *place))
    work()

    assert len(set(receiver.ids)) == 1
    assert len(receiver.posts) == 2


def test_a_removed_receiver_is_gone(admins, subscribe):
    subscriber = subscribe()
    assert admins.get(address("remove", subscriber.pk)).status_code == 200

    admins.post(address("remove", subscriber.pk))

    assert admins.get(address("log", subscriber.pk)).status_code == 404
    assert "Newsletter" not in admins.get(address("list")).context["object_list"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(admins, subscribe, admin, count, django_assert_num_queries):
    for _ in range(count):
        pause_subscriber(subscribe(), actor=admin)
    admins.get(address("list"))

    with django_assert_num_queries(LIST_QUERIES):
        admins.get(address("list"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_costs_the_same_for_any_number(
    admins, subscribe, organisation, count, django_assert_num_queries
):
    subscriber = subscribe()
    tell(organisation, "customer.created", range(count))
    admins.get(address("log", subscriber.pk))

    with django_assert_num_queries(LOG_QUERIES):
        admins.get(address("log", subscriber.pk))
