"""What was sold of each product, for the house and for one customer (PRODUCT S3)."""

import csv
import io
import re
from types import SimpleNamespace

import pytest

from backoffice.audit.models import ExportRun
from orders.correcting import refund_order, void_order
from orders.events import OrderEventLine
from orders.models import OrderLine
from orders.recording import record_order
from tests.factories import make_customer, make_location
from tests.orders.catalogue.conftest import MENU
from tests.orders.factories import make_stranger_event

URL = "/products/report/"
ALL = f"{URL}?period=all"


def rows(response) -> dict:
    """The texts of each product's cells."""
    return {row.name: SimpleNamespace(**_texts(vars(row))) for row in response.context["rows"]}


def _texts(cells: dict) -> dict:
    return {name: " ".join(re.sub("<[^>]+>", " ", html).split()) for name, html in cells.items()}


def names(response) -> list[str]:
    return [row.name for row in response.context["rows"]]


def test_a_product_shows_quantity_value_cost_and_margin(record, page):
    record()
    found = rows(page(ALL))
    gulasch, wine = found["Gulasch"], found["Wein"]
    assert (gulasch.quantity, gulasch.value, gulasch.last) == ("10", "€107.00 91.5%", "2 Mar 2026")
    assert (gulasch.cost, gulasch.margin, gulasch.rate) == ("€30.00", "€70.00", "70.0%")
    assert (wine.value, wine.cost, wine.margin, wine.rate) == ("€10.00 8.5%", *["– no information"] * 3)


def test_a_cost_that_is_known_in_part_says_of_how_many(record, page):
    record()
    record(minutes=5, lines=(OrderEventLine("Gulasch", 5, 1_070),))
    response = page(ALL)
    assert rows(response)["Gulasch"].cost == "€30.00 of 10 of 15"
    assert rows(response)["Gulasch"].margin == "€70.00"
    assert [tile.value for tile in response.context["tiles"]] == ["2", "17", "€170.50", "€30.00", "€70.00"]


def test_what_was_voided_or_refunded_is_not_sold(record, page):
    void_order(record(), reason="wrong")
    order = record(minutes=5)
    line = OrderLine.objects.get(order=order, name="Gulasch")
    refund_order(order, quantities={line.pk: 4}, reason="cold")
    for url in (ALL, f"{URL}?customer={order.customer_id}"):
        gulasch = rows(page(url))["Gulasch"]
        assert (gulasch.quantity, gulasch.value, gulasch.cost, gulasch.margin) == (
            *("6", "€64.20 86.5%"),
            *("€18.00", "€42.00"),
        )


def test_period_location_and_category_narrow_it(organisation, location, record, page):
    elsewhere = make_location(organisation, name="Hafen")
    record()
    record(elsewhere, lines=(OrderEventLine("Fisch", 1, 900, category="Hauptgerichte"),))
    assert names(page(URL)) == []
    assert names(page(f"{URL}?from=2026-03-02&to=2026-03-02")) == ["Gulasch", "Wein", "Fisch"]
    assert names(page(f"{ALL}&location={elsewhere.pk}")) == ["Fisch"]
    assert names(page(f"{ALL}&category=Hauptgerichte&location={location.pk}")) == ["Gulasch"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["Brot", "Gulasch", "Wein"]),
        ("-quantity", ["Gulasch", "Wein", "Brot"]),
        ("margin", ["Brot", "Gulasch", "Wein"]),
        ("-margin", ["Gulasch", "Brot", "Wein"]),
        ("nonsense", ["Gulasch", "Wein", "Brot"]),
    ],
)
def test_it_is_sorted_by_any_column_and_the_unknown_comes_last(record, page, sort, expected):
    record(lines=(*MENU, OrderEventLine("Brot", 1, 100, 20)))
    assert names(page(f"{ALL}&sort={sort}")) == expected


def test_of_one_customer_only_their_receipts_count(organisation, location, record, page):
    order = record()
    record_order(organisation=organisation, event=make_stranger_event(location, lines=MENU))
    other = make_customer(organisation, first_name="Otto")
    found = rows(page(f"{URL}?customer={order.customer_id}"))
    assert (found["Gulasch"].quantity, found["Wein"].cost) == ("10", "– no information")
    assert names(page(f"{URL}?customer={other.pk}")) == []


@pytest.mark.parametrize(
    "query", ["period=x", "from=2026-99-01", "customer=x", "customer=999", "location=7777", "category=%00"]
)
def test_what_cannot_be_read_is_named_and_not_used(record, page, query):
    record()
    response = page(f"{URL}?{query}")
    assert response.context["state"].errors
    assert page(f"{URL}filters/?{query}")
    assert page(f"{URL}export.csv?{query}", status=400)


def test_a_customer_of_another_house_is_none(other_organisation, page):
    foreign = make_customer(other_organisation)
    assert page(f"{URL}?customer={foreign.pk}").context["state"].errors


def test_markup_in_a_name_is_text(record, page):
    record(lines=(OrderEventLine("<b>Brot</b>", 1, 100, category="<i>Beilagen</i>"),))
    text = page(ALL).text
    assert "&lt;b&gt;Brot" in text and "<b>Brot" not in text and "<i>Beilagen" not in text


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("of_customer", "queries"), [(False, 5), (True, 6)])
def test_it_costs_the_same_for_any_number(
    record, page, count, of_customer, queries, django_assert_num_queries
):
    for number in range(count):
        order = record(lines=(OrderEventLine(f"Dish {number}", 1, 900, 300),), minutes=number)
    url = f"{URL}?customer={order.customer_id}" if of_customer else ALL
    page(url)
    with django_assert_num_queries(queries):
        assert len(names(page(url))) == count


def test_the_file_says_what_the_page_says_and_is_logged(record, page):
    record()
    response = page(f"{URL}export.csv?period=all&for=programs&delimiter=,&decimal=.")
    found = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert [row["product"] for row in found] == ["Gulasch", "Wein"]
    assert (found[0]["value"], found[0]["margin"], found[1]["cost"]) == ("107.00", "70.00", "")
    run = ExportRun.objects.get()
    assert (run.kind, run.rows_count, run.status) == ("product_report", 2, "done")


def test_with_many_products_the_tile_says_what_the_strongest_ten_make(record, page):
    record(lines=tuple(OrderEventLine(f"Dish {n}", 1, 1_000) for n in range(10)))
    assert page(ALL).context["tiles"][0].foot == ""
    record(minutes=5, lines=tuple(OrderEventLine(f"Snack {n}", 1, 250) for n in range(10)))
    assert page(ALL).context["tiles"][0].foot == "the top 10: 80.0% of the value"
