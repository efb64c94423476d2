"""A key of the API is a source: what comes with it is counted, and held back while it is off."""

import pytest
from django.urls import reverse

from backoffice.api.keys import make_key, revoke_key
from customers.models import Customer
from orders.models import ConnectedSource, Order, SourceEvent
from orders.sources.connecting import save_source, switch_source
from orders.sources.replaying import replay
from tests.orders.sources.senders import work

ORDER = {
    "external_id": "A-1",
    "placed_at": "2026-11-20T18:30:00+01:00",
    "lines": [{"item": "Pils", "quantity": 2, "unit_price_cents": 490}],
    "customer": {"phone": "0171 3920012", "first_name": "Anna", "last_name": "Müller"},
}


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.INBOX_DIR = tmp_path


@pytest.fixture
def key(organisation, location, admin):
    return make_key(organisation=organisation, name="Webshop", scopes=["orders:write"], actor=admin)


@pytest.fixture
def post(client, key):
    def send(body, path="orders"):
        headers = {"Authorization": f"Bearer {key[1]}"}
        return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    return send


def test_a_key_is_a_source_from_its_first_order_on(post, sign_in, admin):
    assert post(ORDER).status_code == 201
    assert post(ORDER | {"external_id": "A-2"}).status_code == 201
    source = ConnectedSource.objects.get()
    assert (source.kind, source.name, source.days.get().events) == ("api", "Webshop", 2)
    assert "Webshop" in sign_in(admin).get(reverse("orders:sources")).content.decode()


def test_what_is_refused_counts_as_an_error(post):
    post(ORDER | {"placed_at": "2999-01-01T00:00:00Z"})
    day = ConnectedSource.objects.get().days.get()
    assert (day.events, day.errors) == (1, 1)


def test_a_batch_counts_each_order(post):
    bad = {"external_id": "B-2"}
    answer = post({"orders": [ORDER, bad, ORDER | {"external_id": "B-3"}]}, "orders/batch")
    assert answer.status_code == 200
    day = ConnectedSource.objects.get().days.get()
    assert (day.events, day.errors) == (3, 1)


def test_while_it_is_off_an_order_is_kept_and_stored_later(post, admin):
    post(ORDER)
    source = ConnectedSource.objects.get()
    switch_source(source, is_on=False, actor=admin)
    late = ORDER | {"external_id": "A-2", "customer": {"email": "late@example.org"}}
    assert [post(late).status_code for _once in range(2)] == [202, 202]
    assert Order.objects.count() == 1
    assert post({"orders": [late]}, "orders/batch").json()["code"] == "source_off"
    switch_source(source, is_on=True, actor=admin)
    assert replay(source, code="held") == 1
    work()
    assert Order.objects.get(external_id="A-2").customer.email == "late@example.org"
    assert post(late).status_code == 200
    assert Customer.objects.count() == 2


def test_one_that_was_taken_meanwhile_says_so(post, admin):
    post(ORDER)
    source = ConnectedSource.objects.get()
    switch_source(source, is_on=False, actor=admin)
    post(ORDER | {"tip_cents": 100})
    switch_source(source, is_on=True, actor=admin)
    replay(source, code="held")
    work()
    assert SourceEvent.objects.get().code == "conflict"
    assert Order.objects.get().tip_cents == 0


def test_another_order_under_a_number_that_is_held_back_is_kept_too(post, admin):
    post(ORDER)
    source = ConnectedSource.objects.get()
    switch_source(source, is_on=False, actor=admin)
    late = ORDER | {"external_id": "A-2"}
    assert [post(late | {"tip_cents": cents}).status_code for cents in (0, 0, 100)] == [202] * 3
    assert SourceEvent.objects.count() == 2
    switch_source(source, is_on=True, actor=admin)
    replay(source, code="held")
    work()
    states = SourceEvent.objects.order_by("pk").values_list("state", "code")
    assert list(states) == [("done", ""), ("failed", "conflict")]


def test_a_folder_may_be_called_like_a_key(post, key, organisation, admin):
    save_source(ConnectedSource(organisation=organisation, name=f"API {key[0].pk}"), actor=admin, changed=[])
    assert post(ORDER).status_code == 201


def test_what_a_key_decides_is_not_asked_again(post, sign_in, admin):
    post(ORDER)
    edit = reverse("orders:source-edit", args=[ConnectedSource.objects.get().pk])
    assert {*sign_in(admin).get(edit).context["form"].fields} == {"name", "is_on"}


def test_the_source_of_a_key_goes_with_the_key(post, key, sign_in, admin):
    post(ORDER)
    remove = reverse("orders:source-remove", args=[ConnectedSource.objects.get().pk])
    assert "Revoke the key first" in sign_in(admin).post(remove, follow=True).content.decode()
    revoke_key(key[0], actor=admin)
    sign_in(admin).post(remove)
    assert not ConnectedSource.objects.exists()
