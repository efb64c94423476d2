"""Cards on pages: list, batch to print, profile, and the customer list that finds them."""

import pytest

from backoffice.audit.models import ExportRun
from loyalty.models import Card
from tests.factories import make_customer, make_order
from tests.loyalty.factories import card_number, make_card, make_card_batch

URL = "/loyalty/cards/"


@pytest.fixture
def page(sign_in, manager, location):
    client = sign_in(manager)

    def page(url=URL, data=None, status=200):
        response = client.get(url) if data is None else client.post(url, data)
        assert response.status_code == status
        return response

    return page


def shown(response) -> list[str]:
    return [row.card.number for row in response.context["rows"]]


def test_views_kinds_and_search_narrow_the_list(organisation, page):
    paula = make_customer(organisation, first_name="Paula", last_name="Pfefferkorn")
    free, linked = make_card(organisation), make_card(organisation, customer=paula, kind="punch")
    blocked = make_card(organisation, state="blocked")

    assert shown(page()) == [blocked.number, linked.number, free.number]
    for query, card in (
        ("view=free", free),
        ("view=linked", linked),
        ("view=blocked", blocked),
        ("kind=punch", linked),
        ("q=pfeffer+paula", linked),
        (f"q={free.spaced}", free),
        (f"q={blocked.number[-4:]}", blocked),
    ):
        assert shown(page(f"{URL}?{query}")) == [card.number], query
    assert "No card fits" in page(f"{URL}?q=nobody").text


def tabs(response) -> dict[str, str]:
    return {name: count for name, _label, _query, count in response.context["views"]}


def test_tabs_count_what_they_show(organisation, page, monkeypatch):
    make_card(organisation), make_card(organisation), make_card(organisation, kind="punch")
    make_card(organisation, customer=make_customer(organisation))
    make_card(organisation, state="blocked")

    assert tabs(page()) == {"": "5", "linked": "1", "free": "3", "blocked": "1"}
    assert tabs(page(f"{URL}?view=free&kind=punch")) == {"": "1", "linked": "0", "free": "1", "blocked": "0"}
    monkeypatch.setattr("backoffice.core.database.counting.MOST", 3)  # the newest three, and one more is seen
    assert tabs(page()) == {"": "3+", "linked": "1+", "free": "2+", "blocked": "1+"}


def test_the_list_is_a_file_with_what_it_shows(organisation, page, other_organisation):
    paula = make_customer(organisation, first_name="Paula", last_name="Pfefferkorn")
    linked = make_card(organisation, customer=paula, batch=make_card_batch(organisation, name="Herbst"))
    free = make_card(organisation, kind="punch", stamps=3)
    make_card(other_organisation)

    file = b"".join(page(f"{URL}export.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[:3] for line in file[1:]] == [
        [free.number, "punch", "free"],
        [linked.number, "points", "linked"],
    ]
    assert f",{paula.pk},Paula,Pfefferkorn,Herbst,0," in file[2]
    part = b"".join(page(f"{URL}export.csv?view=linked").streaming_content).decode()
    assert linked.number in part and free.number not in part
    run = ExportRun.objects.latest("pk")
    assert (run.kind, run.rows_count, run.query) == ("cards", 1, "q=&view=linked&kind=")
    assert f"{URL}export.xlsx?q=&amp;view=free&amp;kind=" in page(f"{URL}?view=free").text


def test_a_linked_card_shows_how_often_its_customer_comes(organisation, page):
    paula = make_customer(organisation, first_name="Paula")
    make_order(paula)
    make_card(organisation, customer=paula)
    assert 'data-degree="1"' in page().text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_cards(
    organisation, page, count, django_assert_max_num_queries
):
    for _ in range(count):
        make_card(organisation, customer=make_customer(organisation), batch=make_card_batch(organisation))
    page()

    with django_assert_max_num_queries(9):
        page()


def test_a_batch_is_made_and_printed_with_a_code_for_each_card(page):
    page(f"{URL}batches/new/", {"name": "November", "kind": "points", "size": "1.000"}, 302)
    sheet = page(f"{URL}batches/{Card.objects.first().batch_id}/")

    assert Card.objects.count() == 1_000
    assert sheet.text.count('<div class="qr-card">') == 1_000


@pytest.mark.parametrize("size", ["", "0", "1001", "viele", "9" * 400])
def test_a_batch_of_an_impossible_size_is_refused_at_its_field(page, size):
    response = page(f"{URL}batches/new/", {"name": "November", "kind": "points", "size": size})

    assert "size" in response.context["form"].errors
    assert not Card.objects.exists()


def test_a_card_is_linked_on_the_profile_and_found_in_the_customer_list(organisation, page):
    customer, card = make_customer(organisation), make_card(organisation)
    make_customer(organisation)
    page(f"{URL}link/{customer.pk}/", {"number": card.spaced}, 302)

    assert card.spaced in page(f"/customers/{customer.pk}/?tab=points").text
    rows = page(f"/customers/?q={card.spaced}").context["rows"]
    assert [row.name for row in rows] == [customer.name]


@pytest.mark.parametrize("number", ["", "123", "4471 0092 3310", "a\x00b"])
def test_a_number_that_is_none_is_refused_on_the_profile(organisation, page, number):
    response = page(f"{URL}link/{make_customer(organisation).pk}/", {"number": number})

    assert response.context["form"].errors["number"]


def test_a_card_nobody_has_made_is_refused_in_words(organisation, page):
    response = page(f"{URL}link/{make_customer(organisation).pk}/", {"number": card_number()})

    assert "no card with this number" in response.text


@pytest.mark.parametrize("how", ["email", "phone", "number"])
def test_whose_a_card_is_can_be_said_in_three_ways(organisation, page, how):
    customer, card = make_customer(organisation), make_card(organisation)
    text = f"K-{customer.pk}" if how == "number" else getattr(customer, how)
    page(f"{URL}{card.pk}/link/", {"customer": text}, 302)

    assert Card.objects.get().customer == customer


def test_nobody_of_another_house_gets_a_card(organisation, other_organisation, page):
    stranger, card = make_customer(other_organisation), make_card(organisation)
    response = page(f"{URL}{card.pk}/link/", {"customer": f"K-{stranger.pk}"})

    assert "Nobody is known" in response.text


def test_one_press_unlinks_blocks_and_gives_a_free_one(organisation, page):
    card = make_card(organisation, customer=make_customer(organisation), kind="punch", stamps=10)
    for step in ("free", "unlink", "block", "unblock"):
        page(f"{URL}{card.pk}/{step}/", {}, 302)

    kinds = [event.kind for event in page(f"{URL}{card.pk}/").context["events"]]
    assert kinds == ["unblocked", "blocked", "unlinked", "free_given"]
