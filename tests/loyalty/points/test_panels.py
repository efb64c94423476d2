"""The points ledger on the profile: every entry, what it came from and what was left after it."""

import re

import pytest

from loyalty.points import PointsLine, add_lines
from loyalty.points import panels as loyalty_profile
from orders.correcting import void_order
from tests.factories import make_customer, make_order
from tests.orders.factories import MORNING, make_programme


@pytest.fixture
def customer(organisation, location):
    make_programme(organisation)
    return make_customer(organisation)


@pytest.fixture
def points(sign_in, staff, customer):
    client = sign_in(staff)

    def points(query=""):
        response = client.get(f"/customers/{customer.pk}/?tab=points{query}")
        assert response.status_code == 200
        return response

    return points


def panel(response) -> dict:
    return response.context["panels"][-1].panel


def test_every_entry_says_when_what_whence_by_whom_and_what_was_left(organisation, customer, manager, points):
    first, second = make_order(customer, cents=1_250), make_order(customer, cents=2_000)
    add_lines(organisation, [PointsLine(customer.pk, "redeemed", -4, MORNING, manager.pk)])
    void_order(second, reason="wrong table", actor=None)
    page = points()

    rows = [(row.kind, row.change, row.balance, row.receipt, row.who) for row in panel(page)["rows"]]
    assert rows == [
        ("Reversed", "−20", "8", second.external_id, "System"),
        ("Redeemed", "−4", "28", "", manager.name),
        ("Earned", "+20", "32", second.external_id, "System"),
        ("Earned", "+12", "12", first.external_id, "System"),
    ]
    assert [panel(page)[name] for name in ("now", "earned")] == ["8", "12"]
    assert panel(page)["rows"][1].iso == MORNING.isoformat()
    assert "Points now" in page.text


def test_the_receipt_of_an_entry_is_one_press_away(customer, sign_in, staff, points):
    for _ in range(3):
        make_order(customer)
    row = panel(points())["rows"][1]
    link = re.search(rf'href="(\?tab=orders[^"]*)">{row.receipt}<', points().text)[1].replace("&amp;", "&")
    receipts = sign_in(staff).get(f"/customers/{customer.pk}/{link}").context["panels"][1].panel

    assert receipts["rows"][0].number == row.receipt


def test_pages_follow_each_other_without_gap_and_balances_go_on(customer, points, monkeypatch):
    monkeypatch.setattr(loyalty_profile, "PER_PAGE", 2)
    for cents in (100, 200, 300, 400, 500):
        make_order(customer, cents=cents)
    changes, balances, query = [], [], ""
    while query is not None:
        found = panel(points(query))
        changes += [row.change for row in found["rows"]]
        balances += [row.balance for row in found["rows"]]
        query = f"&before={found['older']}" if found["older"] else None

    assert changes == ["+5", "+4", "+3", "+2", "+1"]
    assert balances == ["15", "10", "6", "3", "1"]
    assert 'rel="next"' in points().text and "Newest" in points("&before=2").text
    assert panel(points("&before=broken"))["is_first"]


@pytest.mark.parametrize("count", [1, 4])
def test_the_ledger_costs_the_same_for_any_number_of_entries(
    customer, points, count, django_assert_max_num_queries
):
    for _ in range(count):
        make_order(customer)
    points()

    with django_assert_max_num_queries(8):
        points()


def test_no_entry_of_another_customer_shows(organisation, customer, points):
    make_order(make_customer(organisation))

    assert panel(points())["rows"] == []
    assert "No points yet" in points().text
    assert "<table" not in points().text


def test_the_overview_leads_to_the_ledger(customer, sign_in, staff):
    make_order(customer)

    assert 'href="?tab=points">Cards and entries' in sign_in(staff).get(f"/customers/{customer.pk}/").text
