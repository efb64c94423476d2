"""Organisation > Kunden as people use it: sort, page, search, filter, columns, figures."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from backoffice.core.text.formats import Formats
from backoffice.core.text.phones import international
from customers.choices import Source
from customers.listing.search import SORTS
from customers.models import Customer
from customers.records.registering import set_active
from tests.customers.conftest import names
from tests.factories import make_customer, make_location, make_order

URL = "/customers/"


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("query", "queries"), [("", 6), ("q=Paula&marketing=no", 7)])
def test_list_costs_the_same_for_any_number_of_rows(
    sign_in, manager, organisation, count, query, queries, django_assert_num_queries
):
    for _ in range(count):
        make_customer(organisation)
    client = sign_in(manager)
    client.get(URL)  # the figures above the list are kept from here on

    extra = 1 if query and is_sqlite() else 0  # there the search index is asked apart
    with django_assert_num_queries(queries + extra):
        response = client.get(f"{URL}?{query}")

    assert len(response.context["rows"]) == count


def is_sqlite() -> bool:
    from django.db import connection

    return connection.vendor == "sqlite"


def test_newest_customers_come_first(open_list, organisation):
    for name, days in [("Old", 30), ("New", 1), ("Middle", 9)]:
        make_customer(organisation, first_name=name, last_name="", joined_at=timezone.now() - timedelta(days))

    assert names(open_list()) == ["New", "Middle", "Old"]


@pytest.mark.parametrize("name", SORTS)
def test_every_column_sorts_both_ways(open_list, organisation, name):
    make_varied_customers(organisation, 7)

    up, down = names(open_list(f"sort={name}")), names(open_list(f"sort=-{name}"))

    assert sorted(up) == sorted(down)
    assert len(up) == 7
    assert up == down[::-1]
    path = SORTS[name].column
    values = [value_of(Customer.objects.get(last_name=full.split()[1]), path) for full in up]
    assert values == sorted(values)


def value_of(customer, path):
    for part in path.split("__"):
        customer = getattr(customer, part)
    return customer


def make_varied_customers(organisation, count):
    for number in range(count):
        make_customer(
            organisation,
            first_name="Guest",
            last_name=f"n{number}",
            country=["DE", "ES", "AT"][number % 3],
            source=[Source.WEB, Source.STORE][number % 2],
            module_bits=number % 4,
            marketing_consent=number % 2 == 0,
            joined_at=datetime(2026, 1, 1 + number % 3, tzinfo=UTC),
            stats={
                "receipts_count": number % 3,
                "revenue_cents": number % 3 * 1000,
                "average_order_cents": 1000 if number % 3 else 0,
                "monthly_spend_cents": number % 3 * 100,
                "first_order_on": date(2026, 11, 1) if number % 3 else None,
                "last_order_at": datetime(2026, 3, 1 + number % 3, tzinfo=UTC) if number % 3 else None,
                "points": number % 2,
                "earned_points": number,
            },
        )


@pytest.mark.parametrize("sort", ["-joined", "orders", "-last_order", "name", "marketing"])
def test_pages_follow_each_other_without_gap_or_repeat(open_list, organisation, monkeypatch, sort):
    monkeypatch.setattr("customers.listing.state.PAGE_SIZES", (3,))
    make_varied_customers(organisation, 8)
    whole = names(open_list(f"sort={sort}"))

    seen, url, pages = [], f"sort={sort}&size=3", []
    while url and len(pages) < 5:
        response = open_list(url)
        seen += names(response)
        pages.append(response.context["pager"])
        url = response.context["pager"]["after"].partition("?")[2]

    assert seen == whole
    assert [page["from"] for page in pages] == ["1", "4", "7"]
    last = open_list(f"sort={sort}&size=3&page=last")
    assert names(last) == whole[6:]
    before = open_list(last.context["pager"]["before"].partition("?")[2])
    assert names(before) == whole[3:6]
    assert before.context["pager"]["from"] == "4"


@pytest.mark.parametrize("cursor", ["x", "AAAA", "WzEsMl0", "W251bGwsMSwxXQ", "%00"])
def test_a_broken_page_address_shows_the_first_page(open_list, organisation, cursor):
    customer = make_customer(organisation)

    assert names(open_list(f"after={cursor}")) == [customer.name]


def test_the_sidebar_location_scopes_list_and_figures(open_list, organisation, manager):
    here, there = make_location(organisation), make_location(organisation)
    customer = make_customer(organisation, location=here)
    make_customer(organisation, location=there)
    manager.membership.location = here
    manager.membership.save()

    response = open_list()

    assert names(response) == [customer.name]
    assert response.context["counters"]["active"] == "1"


def test_columns_are_chosen_per_person(open_list, organisation, manager, client):
    make_customer(organisation, company="x", country="ES")

    client.post(reverse("customers:columns"), {"column": ["country", "points", "nonsense"]})

    response = open_list()
    assert [heading.title for heading in response.context["headings"]] == ["Country", "Points"]
    client.post(reverse("customers:columns"), {"reset": "1"})
    assert len(open_list().context["headings"]) > 5


def test_figures_say_what_the_customers_and_receipts_say(open_list, organisation):
    first, second, third = (make_customer(organisation) for _ in range(3))
    make_order(first, cents=1_000)
    make_order(first, cents=3_000)
    make_order(second, cents=2_000)
    set_active(third, is_active=False, actor=None)

    tiles = {tile.label: tile for tile in open_list().context["tiles"]}

    assert tiles["Active customers"].value == "2"
    assert tiles["New this month"].value == "3"
    assert tiles["Came back"].value == "50.0%"
    assert tiles["Average order value"].value == "€20.00"
    assert tiles["Revenue from known customers"].value == "€60.00"


def test_figures_can_be_hidden_and_come_back(open_list, organisation, client):
    make_customer(organisation)

    client.post(reverse("customers:figures"))
    assert open_list().context["tiles"] == []
    client.post(reverse("customers:figures"))
    assert open_list().context["tiles"]


def test_htmx_gets_the_region_and_a_browser_the_page(open_list, organisation):
    make_customer(organisation)

    page, region = open_list(), open_list("q=paula", **{"HX-Request": "true"})

    assert "<html" in page.content.decode()
    assert "<html" not in region.content.decode()
    assert "HX-Request" in region["Vary"]


def test_an_empty_organisation_says_how_customers_get_here(open_list):
    assert "No customers yet" in open_list().content.decode()


def test_every_row_leads_to_its_customer_and_to_the_menu_with_icons(open_list, organisation):
    customer = make_customer(organisation)

    content = open_list().content.decode()

    row = re.search(rf'<a class="row-more"\s+href="/customers/{customer.pk}/"[^>]*>\s*<svg', content)
    assert row and 'data-row-menu="active"' in row[0]
    for path in ("", "edit/", "?tab=activity", "deactivate/", "reactivate/"):
        assert re.search(rf'data-path="{re.escape(path)}"[^>]*>\s*<svg', content)


def test_a_customer_named_like_a_script_stays_text(open_list, organisation):
    make_customer(organisation, first_name="<script>alert(1)</script>", last_name='"><img src=x>')

    content = open_list().content.decode()

    assert "<script>alert" not in content
    assert "<img src=x" not in content


def test_figures_follow_every_write_at_once(open_list, organisation):
    customer = make_customer(organisation, stats={"receipts_count": 2, "points": 0})
    make_order(customer)

    before = {tile.label: tile.value for tile in open_list().context["tiles"]}
    make_order(customer)  # moves no counter: the customer has come back before
    after = {tile.label: tile.value for tile in open_list().context["tiles"]}

    label = "Revenue from known customers"
    assert before[label] != after[label]


@pytest.mark.parametrize(
    ("query", "has_tiles"),
    [("", True), ("source=manual", True), ("sort=name", True), ("marketing=no", False), ("q=Paula", False)],
)
def test_figures_stand_above_what_they_speak_of_alone(open_list, organisation, query, has_tiles):
    make_customer(organisation)

    response = open_list(query)

    assert bool(response.context["tiles"]) is has_tiles
    assert ("Hide figures" in response.content.decode()) is has_tiles
    region = open_list(query, **{"HX-Request": "true"}).content.decode()
    basis = re.search(r'<p class="page-sub sm" id="figures-basis" hx-swap-oob="true">(.*?)</p>', region)[1]
    assert bool(basis) is has_tiles


def test_a_picture_takes_the_place_of_the_initials(open_list, organisation):
    with_picture = make_customer(organisation, last_name="A", picture="pictures/1/x.webp")
    without = make_customer(organisation, last_name="B")

    first, second = open_list("sort=name").context["rows"]

    assert f'<img class="avatar" src="/customers/{with_picture.pk}/picture/" alt=""' in first.cells
    assert "<img" not in second.cells and f'href="/customers/{without.pk}/"' in second.cells


def test_the_number_stands_below_the_name_only_where_its_column_may_step_back(
    open_list, organisation, manager
):
    make_customer(organisation, phone="+491713920012", email="a&b@example.org")

    (row,) = open_list().context["rows"]
    assert f'<span class="who-sub who-phone num">{international("+491713920012")}</span>' in row.cells
    assert "a&amp;b<wbr>@example.org" in row.cells

    manager.membership.list_columns = ["country"]
    manager.membership.save()
    assert "who-phone" not in open_list().context["rows"][0].cells


@pytest.mark.parametrize("name", ["joined", "monthly", "source"])
def test_the_sorted_column_does_not_step_back(open_list, organisation, name):
    make_customer(organisation)

    headings = open_list(f"sort=-{name}").context["headings"]

    (current,) = [heading for heading in headings if heading.aria_sort != "none"]
    others = [heading for heading in headings if heading.aria_sort == "none"]
    assert "p-" not in current.css
    assert any("p-" in heading.css for heading in others)


def test_orders_never_step_back(open_list, organisation):
    make_customer(organisation)

    (orders,) = [one for one in open_list().context["headings"] if one.title == "Orders"]

    assert "p-" not in orders.css


def test_paper_says_whose_list_it_is_of_which_day_and_with_which_filters(open_list, organisation):
    make_customer(organisation)

    page = open_list("q=paula&marketing=no&status=all").content.decode()

    whose, which = re.findall(r'<p class="print-head">(.*?)</p>', page, re.DOTALL)
    day = re.escape(Formats("en", "EUR", organisation.tz).moment(timezone.now()).partition(",")[0])
    assert re.fullmatch(rf"{organisation.name} · {day}", whose.strip())
    assert " ".join(which.split()) == "Search: paula · Status: All · Marketing: No · 1 customer"
    assert open_list().content.decode().count('class="print-head"') == 1
