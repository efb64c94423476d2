"""Amounts in the house's own currency: from a file into the list, the profile and files again."""

import csv
import io
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from backoffice.staff.models import Organisation
from customers.models import Customer, CustomerStats
from orders.importing import import_orders
from orders.models import Order, ReceiptRemoval
from tests.customers.conftest import names, open_list  # noqa: F401
from tests.factories import make_customer, make_order
from tests.orders.factories import make_programme
from tests.samples.workbooks import sheet, workbook

HEAD = "order_id;placed_at;customer_name;customer_email;item;quantity;unit_price"
THOUSANDS = """
g1;01.05.2026 13:00;Gesa Gruppe;gesa@m.example.org;Hochzeitsbuffet;1;1.250
g2;02.05.2026 13:00;Gesa Gruppe;gesa@m.example.org;Hochzeitsbuffet;1;1.250,00
"""


@pytest.fixture
def house(organisation, location):
    """The organisation in another currency."""

    def house(currency, country="DE"):
        Organisation.objects.filter(pk=organisation.pk).update(currency=currency, country=country)
        organisation.refresh_from_db()
        return organisation

    return house


@pytest.fixture
def take(organisation, location):
    def take(*rows, data=None):
        content = data or "\n".join([HEAD, *rows]).encode()
        refused = StringIO()
        import_orders(BytesIO(content), organisation=organisation, refused=refused)
        return list(csv.DictReader(StringIO(refused.getvalue())))

    return take


def order(number, price):
    return f"{number};2026-05-01T13:00;Gesa Gruppe;gesa@m.example.org;Menü;1;{price}"


def totals() -> list[int]:
    return list(Order.objects.order_by("external_id").values_list("total_cents", flat=True))


def test_a_wedding_for_1250_euros_is_no_wedding_for_one_euro_25(take):
    take(*THOUSANDS.strip().splitlines())
    assert totals() == [125_000, 125_000]


def test_another_currency_in_a_file_is_refused_with_the_reason(take):
    refused = take(order("a", "12,50 CHF"), order("b", "$12.50"), order("c", "12,50 €"))

    assert totals() == [1_250]
    assert [row["order_id"] for row in refused] == ["a", "b"]
    assert {row["refused_reason"] if "refused_reason" in row else row["reason"] for row in refused} == {
        "Amounts are in EUR here. Convert this one, and leave out its currency."
    }


def test_a_number_of_a_workbook_has_its_decimals_whatever_it_looks_like(take):
    rows = [[number, "2026-05-01", "Gesa", "gesa@m.example.org", "Menü", 1, price] for number, price in
            [("a", 12.345), ("b", 1250), ("c", 1.5), ("d", "1.250")]]  # fmt: skip
    take(data=workbook(sheet(HEAD.split(";"), *rows)))

    assert totals() == [1_235, 125_000, 150, 125_000]


@pytest.mark.parametrize("quantity", ["2,00", "2.0", "２"])
def test_whole_quantities_with_decimals_are_whole(take, quantity):
    take(f"a;2026-05-01;Gesa;gesa@m.example.org;Menü;{quantity};10")
    assert totals() == [2_000]


@pytest.mark.parametrize(
    ("currency", "price", "cents", "shown", "plain", "number", "pattern"),
    [
        ("JPY", "1.250", 1_250, "JP¥1,250", "1250", 1250, "#,##0"),
        ("CLP", "$ 12.500", 12_500, "CLP\u00a012,500", "12500", 12500, "#,##0"),
        ("HUF", "1 250 Ft", 125_000, "HUF\u00a01,250.00", "1250.00", 1250, "#,##0.00"),
        ("KWD", "1.250", 1_250, "KWD\u00a01.250", "1.250", 1.25, "#,##0.000"),
    ],
)
def test_each_currency_has_its_own_decimals_everywhere(
    house, take, sign_in, manager, currency, price, cents, shown, plain, number, pattern
):
    house(currency)
    assert take(order("a", price)) == []
    assert totals() == [cents]
    client = sign_in(manager)
    customer = Customer.objects.get()

    assert shown in client.get("/customers/?columns=revenue").content.decode()
    assert shown in client.get(f"/customers/{customer.pk}/?tab=orders").content.decode()
    content = b"".join(client.get("/customers/export.csv").streaming_content).decode("utf-8-sig")
    assert [row["revenue"] for row in csv.DictReader(io.StringIO(content))] == [plain]
    book = b"".join(client.get("/customers/export.xlsx?columns=revenue").streaming_content)
    cell = load_workbook(BytesIO(book)).active["A2"]
    assert (cell.value, cell.number_format) == (number, pattern)


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_orders_that_were_taken_out_come_in_the_same(house, take, sign_in, manager, currency, ending):
    organisation = house(currency)
    customer = make_customer(organisation)
    make_order(customer, cents=1_250_125)
    url = f"/customers/{customer.pk}/orders.{ending}?delimiter=;&decimal=,"
    content = b"".join(sign_in(manager).get(url).streaming_content)
    ReceiptRemoval.objects.create(organisation=organisation, reason="test")
    Order.objects.all().delete()

    assert take(data=content) == []
    assert totals() == [1_250_125]


@pytest.mark.parametrize(
    ("currency", "typed", "least"),
    [
        ("EUR", "1.000", 100_000),
        ("EUR", "1 000,50 €", 100_050),
        ("JPY", "1.000", 1_000),
        ("KWD", "1.000", 1_000),
    ],
)
def test_a_filter_reads_amounts_as_files_do(house, open_list, currency, typed, least):  # noqa: F811
    organisation = house(currency)
    rich = make_customer(organisation, first_name="Rich", stats={"revenue_cents": least})
    make_customer(organisation, first_name="Poor", stats={"revenue_cents": least - 1})

    assert names(open_list(f"spend_min={typed}")) == [rich.name]


def test_a_filter_of_another_currency_is_named_and_not_used(house, open_list):  # noqa: F811
    response = open_list("spend_min=$5")
    assert "Amounts are in EUR here" in response.content.decode()


@pytest.mark.parametrize("typed", ["1.000", "1,000", "1 000", "１０００"])
def test_a_filter_of_numbers_takes_thousands(organisation, open_list, typed):  # noqa: F811
    many = make_customer(organisation, first_name="Many", stats={"points": 1_000})
    make_customer(organisation, first_name="Few", stats={"points": 999})

    assert names(open_list(f"points_min={typed}")) == [many.name]


@pytest.mark.parametrize(("currency", "cents"), [("JPY", 1_250), ("EUR", 125_000), ("KWD", 1_250_000)])
def test_points_are_earned_per_whole_unit_of_the_currency(house, currency, cents):
    organisation = house(currency)
    make_programme(organisation)
    make_order(make_customer(organisation), cents=cents)

    assert CustomerStats.objects.get().points == 1_250


def test_the_axis_of_the_chart_counts_whole_units(house, sign_in, manager):
    customer = make_customer(house("JPY"))
    make_order(customer, cents=4_000)
    panels = sign_in(manager).get(f"/customers/{customer.pk}/").context["panels"]
    chart = next(panel.panel.chart for panel in panels if "spend" in panel.template)

    assert [text for _y, _text_y, text in chart.grid] == ["0", "1,000", "2,000", "3,000", "4,000"]


def test_the_command_sums_up_in_the_currency(house, tmp_path):
    house("JPY")
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEAD, order("a", "1.250")]))
    out = StringIO()
    call_command("import_orders", str(path), stdout=out)

    assert "Sum before tips: 1250 JPY" in out.getvalue()
