import csv
import io
from datetime import datetime
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils.translation import override

from backoffice.audit.models import AuditEntry
from customers.models import Customer
from orders.importing import import_orders
from orders.models import Order, OrderLine
from tests.factories import make_location
from tests.samples.workbooks import Sheet, Xml, sheet, workbook

HEADER = (
    "order_id,placed_at,source,location,service_type,customer_name,customer_phone,customer_email,"
    "item,quantity,unit_price,tip,discount,promised_at,delivered_at,status"
)
GOOD = {
    "order_id": "A1",
    "placed_at": "2026-03-02T12:00",
    "source": "web",
    "customer_name": "Anna Müller",
    "customer_phone": "0171 3920012",
    "item": "Pils",
    "quantity": "2",
    "unit_price": "4.90",
}


def line(**cells) -> dict:
    return GOOD | cells


def content(*lines: dict) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADER.split(","))
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


@pytest.fixture
def take(organisation, location):
    """Import lines; return the summary and the rows of the refused file."""

    def take(*lines, data=None):
        refused = StringIO()
        with override("en"):
            file = io.BytesIO(data or content(*lines))
            counts = import_orders(file, organisation=organisation, refused=refused).counts
        return counts, list(csv.DictReader(StringIO(refused.getvalue())))

    return take


def test_lines_of_one_order_make_one_order(take):
    summary, refused = take(
        line(tip="1.50", discount="0.80"),
        line(item="Käsespätzle", quantity="1", unit_price="13,90"),
        line(order_id="A2"),
    )

    order = Order.objects.get(external_id="A1")
    assert (order.total_cents, order.tip_cents, order.discount_cents) == (2_290, 150, 80)
    assert list(order.lines.values_list("name", flat=True)) == ["Pils", "Käsespätzle"]
    assert (summary.recorded, summary.lines, refused) == (2, 3, [])


def test_lines_may_stand_anywhere_in_the_file(take):
    take(line(), line(order_id="A2"), line(item="Wasser"), line(order_id="A2", item="Brezn"))
    assert Order.objects.count() == 2
    assert set(Order.objects.get(external_id="A1").lines.values_list("name", flat=True)) == {"Pils", "Wasser"}


def test_all_spellings_of_a_phone_are_one_customer(take):
    spellings = ["0171 3920012", "+49 171 3920012", "0049 171/3920012", "+49 (0)171-392 00 12"]
    take(*(line(order_id=f"A{n}", customer_phone=phone) for n, phone in enumerate(spellings)))
    assert Customer.objects.get().phone == "+491713920012"
    assert Order.objects.filter(customer=Customer.objects.get()).count() == 4


@pytest.mark.parametrize("phone", ["Mobil: 0171 3920012", "0171 3920012 privat", "०१७१ ३९२००१२"])
def test_a_label_beside_a_phone_costs_no_order(take, phone):
    summary, _ = take(line(customer_phone=phone))
    assert summary.refused == 0
    assert Customer.objects.get().phone == "+491713920012"


def test_only_five_columns_are_required(take):
    data = b"order_id;placed_at;item;quantity;unit_price;weather\nA1;02.03.2026 12:00;Pils;1;4,90;rain\n"
    take(data=data)
    order = Order.objects.get()
    assert (order.source, order.service_type, order.status) == ("import", "dine_in", "completed")


def test_a_missing_column_is_named(take):
    with pytest.raises(ValidationError, match="Item, Quantity"):
        take(data=b"order_id,placed_at,unit_price\nA1,2026-03-02,4.90\n")


def test_places_are_found_by_name_and_the_first_is_the_default(organisation, location, take):
    canal = make_location(organisation, name="Am Kanal")
    take(line(), line(order_id="A2", location="am kanal"))
    assert Order.objects.get(external_id="A1").location == location
    assert Order.objects.get(external_id="A2").location == canal


REFUSED = {
    "item": ("", "names no item"),
    "quantity": ("1.5", "whole number"),
    "unit_price": ("cheap", "not an amount"),
    "placed_at": ("03/04/2026", "two ways"),
    "source": ("fax", "must be one of: web, store"),
    "service_type": ("drone", "must be one of: dine_in"),
    "status": ("lost", "must be one of: open"),
    "location": ("Hamburg", "no such location. Known: Altstadt"),
    "tip": ("-1", "not negative"),
    "discount": ("99.00", "larger than the order"),
    "promised_at": ("soon", "not a date"),
    "order_id": ("", "no number"),
    "customer_name": ("x" * 200, "longer than 80"),
}


@pytest.mark.parametrize("column", REFUSED)
def test_a_bad_cell_refuses_its_order_and_no_other(take, column):
    value, reason = REFUSED[column]
    summary, refused = take(line(order_id="A0"), line(**{column: value}), line(order_id="A2"))

    assert set(Order.objects.values_list("external_id", flat=True)) == {"A0", "A2"}
    assert (summary.orders, summary.refused, summary.refused_rows) == (3, 1, 1)
    assert refused[0]["refused_line"] == "3"
    assert reason in refused[0]["reason"]
    if column not in ("order_id", "customer_name"):
        assert refused[0]["refused_column"] == column


@pytest.mark.parametrize("quantity", ["0", "-1", "²", "1e3", "1000000000", "", "1,000", "1.000", "1,5"])
def test_a_quantity_is_a_plain_positive_number(take, quantity):
    summary, _ = take(line(quantity=quantity))
    assert summary.refused == 1


def test_an_order_with_one_bad_line_is_refused_whole(take):
    _, refused = take(line(), line(item="Wasser", quantity="x"))
    assert not Order.objects.exists()
    assert [row["item"] for row in refused] == ["Pils", "Wasser"]
    assert {row["refused_line"] for row in refused} == {"3"}


@pytest.mark.parametrize("column", ["placed_at", "tip", "customer_phone", "source"])
def test_lines_of_one_order_may_not_differ_in_what_belongs_to_all(take, column):
    other = {"placed_at": "2026-03-03T12:00", "tip": "2", "customer_phone": "0171 3920013", "source": "store"}
    summary, refused = take(line(tip="1"), line(**{"tip": "1", column: other[column]}))
    assert summary.refused == 1
    assert "differ" in refused[0]["reason"]


def test_an_order_from_the_future_is_refused(take):
    _, refused = take(line(placed_at="2199-01-01T12:00"))
    assert "future" in refused[0]["reason"]


def test_another_order_under_a_known_number_is_refused(take):
    take(line())
    summary, refused = take(line(quantity="3"), line(order_id="A2"))
    assert (summary.recorded, summary.refused) == (1, 1)
    assert "stored under this number" in refused[0]["reason"]
    assert OrderLine.objects.get(order__external_id="A1").quantity == 2


def test_a_mended_refused_file_can_be_imported(take):
    _, refused = take(line(item="=cmd()", quantity="x", customer_name="-Anna Müller"))
    assert (refused[0]["item"], refused[0]["customer_name"]) == ("'=cmd()", "'-Anna Müller")

    mended = refused[0] | {"quantity": "1"}
    text = io.StringIO()
    writer = csv.DictWriter(text, mended)
    writer.writeheader()
    writer.writerow(mended)
    take(data=text.getvalue().encode())

    assert (OrderLine.objects.get().name, Customer.objects.get().first_name) == ("=cmd()", "-Anna")


def test_a_second_run_changes_nothing(take):
    lines = [line(order_id=f"A{n}") for n in range(5)]
    take(*lines)
    summary, _ = take(*lines)
    assert (summary.recorded, summary.repeated) == (0, 5)


def test_an_import_is_logged_without_anything_personal(take):
    take(line())
    entry = AuditEntry.objects.get(action="orders.imported")
    assert (entry.action, entry.details["recorded"], len(entry.details["sha256"])) == (
        "orders.imported",
        1,
        64,
    )
    assert "Anna" not in str(entry.details)


def test_the_command_sums_up(tmp_path, organisation, location):
    path = tmp_path / "orders.csv"
    path.write_bytes(content(line(tip="1"), line(order_id="A2", quantity="x")))
    out = StringIO()

    call_command("import_orders", str(path), stdout=out)

    assert "Refused order A2 (line 3, quantity “x”)" in out.getvalue()
    assert "Orders: 1 new, 0 already there, 1 refused" in out.getvalue()
    assert "Sum before tips: 9.80 EUR" in out.getvalue()
    assert (tmp_path / "orders.refused.csv").exists()


def test_without_refused_lines_there_is_no_such_file(tmp_path, organisation, location):
    path = tmp_path / "orders.csv"
    path.write_bytes(content(line()))
    call_command("import_orders", str(path), stdout=StringIO())
    assert not (tmp_path / "orders.refused.csv").exists()


@pytest.mark.parametrize(("name", "data"), [("missing.csv", None), ("empty.csv", b"")])
def test_a_file_that_is_none_stops_the_command_with_a_sentence(tmp_path, organisation, name, data):
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(CommandError):
        call_command("import_orders", str(path), stdout=StringIO())
    assert not list(tmp_path.glob("*.refused.csv"))


def test_a_workbook_is_taken_like_a_csv(take):
    header = HEADER.split(",")
    values = GOOD | {"placed_at": datetime(2026, 3, 2, 12, 30), "quantity": 2, "unit_price": 4.9, "tip": 1.5}
    rows = [[(values | {"item": item}).get(name) for name in header] for item in ("Pils", "Wasser")]
    faulty = [values.get(name) for name in header]
    faulty[0], faulty[header.index("unit_price")] = "A2", Xml('<c r="{r}" t="e"><v>#REF!</v></c>')

    summary, refused = take(data=workbook(sheet(header, *rows, faulty)))

    order = Order.objects.get()
    assert (order.total_cents, order.tip_cents, order.lines.count()) == (1_960, 150, 2)
    assert order.placed_at.isoformat() == "2026-03-02T11:30:00+00:00"
    assert summary.refused == 1
    assert (refused[0]["refused_line"], "Cell K4 holds the error #REF!" in refused[0]["reason"]) == (
        "4",
        True,
    )


def test_a_workbook_that_breaks_off_writes_nothing(take):
    body = sheet(HEADER.split(","), list(GOOD.values())).body.replace("</sheetData>", "<row")
    with pytest.raises(ValidationError, match="damaged behind row 2"):
        take(data=workbook(Sheet("Orders", body)))
    assert not Order.objects.exists()


def test_the_command_says_when_name_and_content_differ(tmp_path, organisation, location):
    path = tmp_path / "orders.csv"
    path.write_bytes(workbook(sheet(HEADER.split(","), list(GOOD.values()))))
    with pytest.raises(CommandError, match=r"Rename it to “\.xlsx”"):
        call_command("import_orders", str(path), organisation=organisation.slug)
