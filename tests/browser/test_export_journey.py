"""What a manager takes out is what the page shows."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(open_as, crowd):
    return open_as(crowd.manager, "/customers/?size=25&sort=name")


def rows_of(download) -> list[dict]:
    """The rows of a CSV or XLSX file by its headers."""
    path = Path(download.path())
    if download.suggested_filename.endswith(".csv"):
        text = path.read_bytes().decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))
    sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets[0]
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def taken(page, click):
    with page.expect_download() as waiting:
        click()
    return rows_of(waiting.value)


def names(rows):
    return [f"{row['first_name']} {row['last_name']}" for row in rows]


def shown(page):
    return page.locator("tbody a.who-name").all_inner_texts()


@pytest.mark.parametrize("kind", ["CSV", "XLS"])
def test_one_click_takes_the_filtered_list(page, kind):
    page.get_by_role("searchbox").fill("guest 1")
    expect(page.get_by_text("10 customers found")).to_be_visible()
    page.locator("summary", has_text="Export").click()
    expect(page.get_by_text("10 customers in this view")).to_be_visible()

    rows = taken(page, page.get_by_role("link", name=f"Export {kind}").click)

    assert names(rows) == shown(page)
    assert {row["status"] for row in rows} == {"active"}
    assert all(str(row["phone"]).lstrip("'").startswith("+49171") for row in rows)


def test_the_figures_of_a_file_are_those_of_the_page(page):
    page.get_by_role("searchbox").fill("pfeff")
    expect(page.locator("tbody a.who-name")).to_have_count(1)
    page.locator("summary", has_text="Export").click()

    (row,) = taken(page, page.get_by_role("link", name="Export XLS").click)

    assert (row["orders"], row["revenue"], row["average_order_value"], row["tips"]) == (2, 64, 32, 3)
    expect(page.locator("tbody tr", has_text="Pfefferkorn")).to_contain_text("€32.00")
    assert (row["system_notifications"], row["marketing_communications"]) == (True, False)


def test_ticked_rows_then_every_match(page):
    boxes = page.locator("tbody .card-select input")
    boxes.nth(0).check()
    boxes.nth(2).check()
    bar = page.get_by_role("region", name="Actions for the selection")
    expect(bar).to_contain_text("2 selected")
    ticked = [shown(page)[0], shown(page)[2]]
    assert names(taken(page, bar.get_by_role("button", name="Export CSV").click)) == ticked

    bar.get_by_role("button", name="Select all: 30 customers").click()
    expect(bar).to_contain_text("30 customers selected")

    assert len(taken(page, bar.get_by_role("button", name="Export XLS").click)) == 30


def test_a_range_is_ticked_with_shift_and_cleared(page):
    boxes = page.locator("tbody .card-select input")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    bar = page.get_by_role("region", name="Actions for the selection")
    expect(bar).to_contain_text("4 selected")

    bar.get_by_role("button", name="Clear selection").click()

    expect(bar).to_be_hidden()
    expect(page.locator("tbody .card-select input:checked")).to_have_count(0)


def test_columns_of_a_file_are_chosen_in_a_dialog(page):
    page.locator("summary", has_text="Export").click()
    page.get_by_role("link", name="Adjust export …").click()
    dialog = page.get_by_role("dialog", name="Adjust export")
    dialog.get_by_role("checkbox", name="Headers in my language").check()
    dialog.get_by_role("checkbox", name="ID", exact=True).uncheck()

    rows = taken(page, dialog.get_by_role("button", name="Export CSV").click)

    assert "ID" not in rows[0]
    assert [f"{row['First name']} {row['Last name']}" for row in rows][:25] == shown(page)


@pytest.mark.parametrize("kind", ["CSV", "XLS"])
def test_the_order_history_of_one_customer(page, house, kind):
    page.goto(f"{page.url.split('/customers/')[0]}/customers/{house.paula.pk}/")
    page.locator(".page-actions summary").click()

    rows = taken(page, page.get_by_role("link", name=f"Order history as {kind}").click)

    numbers = page.locator("#orders tbody .card-title .num").all_inner_texts()
    assert [row["order_id"] for row in rows] == numbers
    assert [float(row["order_total"]) for row in rows] == [42.6, 21.4]


def test_the_menu_and_the_dialog_take_what_is_ticked_and_say_how_many(page):
    for place in (0, 2):
        page.locator("tbody .card-select input").nth(place).check()
    ticked = [shown(page)[0], shown(page)[2]]
    menu = page.locator("[data-export-menu]")
    expect(menu.locator("summary")).to_have_text("Export 2", use_inner_text=True)
    menu.locator("summary").click()
    assert names(taken(page, menu.get_by_role("button", name="Export XLS").click)) == ticked
    expect(page.locator("#toasts")).to_contain_text("2 customers exported: customers-")

    menu.locator("summary").click()
    menu.get_by_role("button", name="Adjust export …").click()
    dialog = page.get_by_role("dialog", name="Adjust export")
    expect(dialog).to_contain_text("2 customers")
    dialog.get_by_role("button", name="None", exact=True).click()
    expect(dialog.locator("[name=columns]:checked")).to_have_count(0)
    dialog.get_by_role("checkbox", name="Last name").check()
    rows = taken(page, dialog.get_by_role("button", name="Export CSV").click)

    assert rows == [{"last_name": name.removeprefix("Paula ")} for name in ticked]
    expect(dialog).to_be_hidden()

    page.get_by_role("button", name="Select all: 30 customers").click()
    expect(menu.locator("summary")).to_have_text("Export 30", use_inner_text=True)
    menu.locator("summary").click()
    assert len(taken(page, menu.get_by_role("button", name="Export CSV").click)) == 30


def test_clearing_the_selection_brings_the_whole_list_back(page):
    page.locator("tbody .card-select input").first.check()
    page.get_by_role("button", name="Clear selection").click()
    page.locator("summary", has_text="Export").click()

    assert len(taken(page, page.get_by_role("link", name="Export CSV").click)) == 30
