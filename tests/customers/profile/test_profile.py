"""The profile: figures as PRODUCT §2 defines them, receipts, order history, activity."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from customers.consent.ledger import withdraw_consent
from customers.records.registering import edit_customer
from loyalty.models import Programme
from orders.choices import OrderStatus, ServiceType
from orders.correcting import void_order
from orders.events import OrderEventLine
from orders.importing import import_orders
from tests.factories import make_customer, make_location, make_order, make_organisation


@pytest.fixture
def customer(organisation):
    return make_customer(organisation)


@pytest.fixture
def profile(sign_in, staff, customer):
    client = sign_in(staff)

    def profile(query=""):
        response = client.get(f"/customers/{customer.pk}/?{query}")
        assert response.status_code == 200
        return response

    return profile


def tiles(response) -> dict[str, str]:
    return {label: value for label, value, basis in response.context["tiles"]}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("tab", ["overview", "orders", "activity"])
def test_profile_costs_the_same_for_any_number_of_rows(
    profile, customer, count, tab, django_assert_max_num_queries
):
    for number in range(count):
        make_order(customer)
        edit_customer(customer, fields={"company": f"n{number}"}, actor=None)
    profile()

    with django_assert_max_num_queries(8):
        response = profile(f"tab={tab}")

    assert customer.name in response.content.decode()


def test_statistics_are_exactly_the_definitions(profile, customer):
    now = timezone.now()
    make_order(customer, cents=1_001, tip_cents=100, placed_at=now - timedelta(days=2))
    make_order(customer, cents=2_000, placed_at=now - timedelta(days=1))
    make_order(customer, cents=9_999, status=OrderStatus.OPEN)
    void_order(make_order(customer, cents=5_000, tip_cents=500), reason="wrong table", actor=None)

    figures = tiles(profile())

    assert figures["Total amount"] == "€30.01"
    assert figures["Number of receipts"] == "2"
    assert figures["Amount per receipt"] == "€15.01"
    assert figures["Tips"] == "€1.00"
    assert figures["Tip per receipt"] == "€0.50"


def test_without_an_order_a_sentence_stands_in_place_of_figures_and_chart(profile):
    page = profile()

    assert tiles(page) == {}
    assert "No receipts yet" in page.text and "appear here by themselves" in page.text
    assert "No points yet" in page.text
    assert [mark for mark in ("tile-value", "chart", "€0.00", "Revenue by month") if mark in page.text] == []


def test_a_customer_whom_no_order_can_find_is_told_so(sign_in, manager, organisation):
    nameless = make_customer(organisation, phone="", email="")
    page = sign_in(manager).get(f"/customers/{nameless.pk}/").text

    assert "this one has neither yet" in page
    assert "Add a phone number or an e-mail" in page
    assert 'class="btn" href="tel:' not in page and "mailto:" not in page


def test_an_open_order_shows_without_figures(profile, customer):
    order = make_order(customer, status=OrderStatus.OPEN)
    page = profile()

    assert tiles(page) == {}
    assert order.external_id in page.text
    assert "Revenue by month" not in page.text


def test_call_message_and_consents_stand_above_the_figures(profile, customer):
    make_order(customer)
    page = profile().text

    places = [
        page.index(mark)
        for mark in ('class="btn" href="tel:', 'id="consents"', "Total amount", "Last orders")
    ]
    assert places == sorted(places)
    assert f'class="btn" href="mailto:{customer.email}"' in page


def test_who_withdrew_the_contact_permission_is_called_but_not_written_to(profile, customer, staff):
    withdraw_consent(customer, "marketing", actor=staff)
    assert "mailto:" in profile().text
    withdraw_consent(customer, "contact", actor=staff)
    page = profile().text

    assert "mailto:" not in page and customer.email in page
    assert f"tel:{customer.phone}" in page


def spend_of(response):
    return next(panel.panel for panel in response.context["panels"] if hasattr(panel.panel, "chart"))


def test_monthly_spend_counts_calendar_months_from_the_first_receipt(profile, customer, time_machine):
    time_machine.move_to(datetime(2026, 3, 31, 21, 30, tzinfo=UTC), tick=False)  # 23:30 in Berlin
    make_order(customer, cents=3_000, placed_at=datetime(2026, 1, 31, 22, 59, tzinfo=UTC))
    assert spend_of(profile()).monthly == "€10.00"

    time_machine.move_to(datetime(2026, 3, 31, 22, 30, tzinfo=UTC), tick=False)  # April in Berlin
    assert spend_of(profile()).monthly == "€7.50"


def test_the_chart_puts_a_receipt_into_its_local_month(profile, customer, time_machine):
    time_machine.move_to(datetime(2026, 3, 15, tzinfo=UTC))
    make_order(customer, cents=1_500, placed_at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC))  # 1 February there

    spend = spend_of(profile())

    by_label = {bar.label: bar.value for bar in spend.chart.bars}
    assert len(by_label) == 12
    assert (by_label["Jan 26"], by_label["Feb 26"]) == (0, 1_500)
    assert len(spend_of(profile("period=6")).chart.bars) == 6


@pytest.mark.parametrize(
    ("service_type", "minutes", "words"),
    [
        (ServiceType.DELIVERY, 40, "on time"),
        (ServiceType.DELIVERY, 41, "delayed"),
        (ServiceType.DELIVERY, None, "open"),
        (ServiceType.PARTNER_DELIVERY, 50, ""),
        (ServiceType.DINE_IN, None, ""),
    ],
)
def test_last_order_status_speaks_of_own_deliveries_alone(profile, customer, service_type, minutes, words):
    placed = timezone.now() - timedelta(hours=2)
    make_order(
        customer,
        placed_at=placed,
        service_type=service_type,
        promised_at=placed + timedelta(minutes=40),
        delivered_at=placed + timedelta(minutes=minutes) if minutes else None,
    )

    assert spend_of(profile()).status == words


def test_receipts_come_newest_first_a_page_at_a_time(profile, customer):
    numbers = [
        make_order(customer, placed_at=timezone.now() - timedelta(days=days)).external_id
        for days in range(30)
    ]

    first = profile("tab=orders").context["panels"][1].panel
    second = profile(f"tab=orders&after={first['after']}").context["panels"][1].panel

    assert [row.number for row in first["rows"] + second["rows"]] == numbers
    assert second["after"] == ""
    assert profile("tab=orders&after=broken").status_code == 200


def test_activity_says_who_changed_which_field_and_can_be_filtered(profile, customer, manager):
    edit_customer(customer, fields={"company": "New", "city": "Ulm"}, actor=manager)

    everything = profile("tab=activity").context["activities"]
    consents = profile("tab=activity&group=consent").context["activities"]

    assert "city, company" in everything[0].text
    assert "Mara Manager" in everything[0].detail
    assert consents == []


def test_the_order_history_comes_as_csv_and_goes_back_in(sign_in, manager, customer, organisation):
    lines = (OrderEventLine("Spätzle", 2, 1_250), OrderEventLine("=Cola", 1, 300))
    make_order(customer, lines=lines, tip_cents=200, discount_cents=100)
    client = sign_in(manager)

    content = b"".join(client.get(f"/customers/{customer.pk}/orders.csv").streaming_content)

    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["item"] for row in rows] == ["Spätzle", "'=Cola"]
    assert [row["tip"] for row in rows] == ["2.00", ""]
    assert rows[0]["order_total"] == "27.00"
    elsewhere = make_organisation()
    make_location(elsewhere, name=customer.location.name)
    summary = import_orders(io.BytesIO(content), organisation=elsewhere).counts
    assert (summary.recorded, summary.total_cents, summary.tip_cents) == (1, 2_700, 200)


def test_the_order_history_comes_as_xlsx(sign_in, manager, customer):
    from openpyxl import load_workbook

    make_order(customer, cents=1_234)

    content = b"".join(sign_in(manager).get(f"/customers/{customer.pk}/orders.xlsx").streaming_content)

    header, row = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    assert dict(zip(header, row, strict=True))["unit_price"] == 12.34


def test_a_foreign_customer_is_as_unknown_as_a_missing_one(sign_in, outsider, customer):
    make_order(customer)
    client = sign_in(outsider)

    for path in ("", "edit/", "picture/", "orders.csv", "consents/marketing/"):
        foreign = client.get(f"/customers/{customer.pk}/{path}")
        missing = client.get(f"/customers/987654321/{path}")
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert without_tokens(foreign) == without_tokens(missing).replace("987654321", str(customer.pk))


def without_tokens(response) -> str:
    return re.sub(r'(value|content)="[A-Za-z0-9]{64}"', "", response.content.decode())


def test_staff_see_no_button_they_may_not_use(profile, customer):
    content = profile().content.decode()

    for path in ("edit/", "deactivate/", "orders.csv"):
        assert f"/customers/{customer.pk}/{path}" not in content


def test_recording_an_order_is_seen_at_once(profile, customer):

    make_order(customer, cents=4_200)

    assert "€42.00" in profile().content.decode()


def test_the_log_tells_of_orders_and_points_page_by_page(
    profile, customer, manager, organisation, monkeypatch
):
    Programme.objects.create(organisation=organisation, points_per_euro=1, is_active=True)
    orders = [make_order(customer, lines=(OrderEventLine("Pils", 1, 1_250),)) for _ in range(3)]
    void_order(orders[0], reason="Wrong table", actor=manager)

    def told(query: str) -> list[str]:
        return [one.text for one in profile(f"tab=activity&{query}").context["activities"]]

    placed, points = told("group=orders"), told("group=points")
    assert placed[0] == f"Order voided: {orders[0].external_id}: Wrong table"
    assert [text.split(" placed")[0] for text in placed[1:]] == [
        f"Order {order.external_id}" for order in reversed(orders)
    ]
    assert "€12.50" in placed[1]
    assert sorted(points) == ["Points earned: +12"] * 3 + ["Points taken back: −12"]
    everything = told("")
    assert {*placed, *points} < {*everything} and everything[-1].startswith("First recorded")

    monkeypatch.setattr("customers.profile.views.PER_PAGE", 2)
    found, before = [], ""
    while before is not None:
        context = profile(f"tab=activity&before={before}").context
        found += [one.text for one in context["activities"]]
        before = context["more"] or None
    assert found == everything
    assert profile("tab=activity&before=broken&group=shoe").status_code == 200


def test_a_second_address_is_an_address_of_its_own(profile, customer):
    customer.address1, customer.postcode, customer.city = "Weg 1", "10115", "Berlin"
    customer.address2 = "Gasse 2, 1010 Wien"
    customer.save()

    addresses = re.findall(r"<address>(.*?)</address>", profile().text)
    assert addresses == ["Weg 1<br>10115 Berlin", "Gasse 2, 1010 Wien"]
