"""What a customer eats and drinks, on the profile (PRODUCT P4)."""

import pytest

from orders.events import OrderEventLine
from tests.orders.catalogue.conftest import MENU


def tab_of(order) -> str:
    return f"/customers/{order.customer_id}/?tab=products"


def test_the_tab_says_what_how_often_and_when(record, page):
    record()
    order = record(minutes=5, lines=MENU[1:])
    text = page(tab_of(order)).text
    assert text.index("Wein") < text.index("Gulasch", text.index("<tbody"))
    assert "2 Mar 2026" in text
    assert "Usual order" in text and "Wein, Gulasch" in text
    assert f"/products/report/?customer={order.customer_id}" in text


def test_many_products_are_in_the_report(record, page, monkeypatch):
    monkeypatch.setattr("orders.catalogue.panels.MOST", 1)
    text = page(tab_of(record())).text
    assert "Further products, in the product report: 1" in text


def test_who_ordered_nothing_has_an_empty_tab(record, page):
    assert "No orders yet" in page(tab_of(record(status="open"))).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_tab_costs_the_same_for_any_number(record, page, count, django_assert_num_queries):
    for number in range(count):
        order = record(lines=(OrderEventLine(f"Dish {number}", 1, 900),), minutes=number)
    page(tab_of(order))
    with django_assert_num_queries(6):
        page(tab_of(order))
