"""A party calls, is booked, comes and sits; on a phone too."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from orders.models import Reservation
from tests.browser.layout import assert_fits
from tests.orders.factories import BERLIN, make_reservation, make_table

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def location(house):
    return house.organisation.locations.first()


def today(location):
    return timezone.now().astimezone(location.tz).date()


def a_while_ago(location, **fields):
    """A party whose time was at least a quarter of an hour ago, wherever in the day the test runs."""
    reservation = make_reservation(location, day=today(location), at="00:00", **fields)
    starts_at = timezone.now() - timedelta(minutes=20)
    Reservation.objects.filter(pk=reservation.pk).update(starts_at=starts_at)
    return reservation


@pytest.mark.parametrize("width", [390, 1440])
def test_a_caller_is_booked_in_the_dialog_and_seated(open_as, house, location, width):
    make_table(location, name="4", seats=2)
    page = open_as(house.staff, "/reservations/")
    page.set_viewport_size({"width": width, "height": 844})
    page.get_by_role("link", name="Add a reservation").click()
    dialog = page.get_by_role("dialog")
    # as people type: in the first hundredths of a second the new dialog listens to nobody
    dialog.get_by_label("Customer", exact=True).press_sequentially("pfeff", delay=50)
    dialog.get_by_role("radio", name="Paula Pfefferkorn").check()
    dialog.get_by_label("Date").fill(today(location).isoformat())
    dialog.get_by_label("Time").fill("23:45")
    dialog.get_by_label("People").fill("4")
    dialog.get_by_label("Table").select_option("4, 2 seats, Saal")
    assert_fits(page)
    dialog.get_by_role("button", name="Save reservation").click()

    expect(page.get_by_text("Table 4 has 2 seats for 4 people.")).to_be_visible()
    page.get_by_label("Actions for the reservation of Paula Pfefferkorn").click()
    page.get_by_role("button", name="Seat", exact=True).click()
    expect(page.locator(".toast").last).to_contain_text("Paula Pfefferkorn is at the table.")
    expect(page.locator("tbody .pill")).to_have_text("seated")
    assert_fits(page)
    page.locator(".toast").last.get_by_role("button", name="Undo").click()
    expect(page.locator("tbody .pill")).to_have_text("confirmed")


def test_a_fault_is_told_in_the_dialog_and_a_taken_table_names_the_free_ones(open_as, house, location):
    table = make_table(location, name="4")
    make_table(location, name="7")
    make_reservation(location, table=table)
    page = open_as(house.staff, "/reservations/")
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Customer", exact=True).fill("Nora Nelke")
    dialog.get_by_label("Date").fill((timezone.now().astimezone(BERLIN).date() + timedelta(1)).isoformat())
    dialog.get_by_label("Table").select_option("4, 4 seats, Saal")
    dialog.get_by_role("button", name="Save reservation").click()
    expect(dialog).to_contain_text("This table is taken at this time. Free: 7.")
    expect(dialog.get_by_label("Customer", exact=True)).to_have_value("Nora Nelke")

    dialog.get_by_label("Table").select_option("7, 4 seats, Saal")
    dialog.get_by_role("button", name="Save reservation").click()

    expect(page.get_by_text("The reservation of Nora Nelke is saved.")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_came_is_asked_and_answered(open_as, house, location, width):
    a_while_ago(location, name="Late Party")
    page = open_as(house.staff, "/reservations/")
    page.set_viewport_size({"width": width, "height": 844})
    expect(page.get_by_text("Came?")).to_be_visible()
    assert_fits(page)
    page.get_by_role("button", name="Late Party: No").click()

    expect(page.locator(".toast").last).to_contain_text("Late Party did not come.")
    expect(page.locator("tbody .pill")).to_have_text("did not come")


def test_the_search_narrows_the_day(open_as, house, location):
    make_reservation(location, day=today(location), at="12:00", name="Anna Apfel")
    make_reservation(location, day=today(location), at="20:00", name="Berta Birne")
    page = open_as(house.staff, "/reservations/")
    names = page.locator("tbody .who-name")
    expect(names).to_have_text(["Anna Apfel", "Berta Birne"])
    page.keyboard.press("/")
    page.keyboard.type("birne")
    expect(names).to_have_text(["Berta Birne"])
    page.goto(page.url)
    expect(names).to_have_text(["Berta Birne"])


@pytest.mark.parametrize("parties", [14, 24])
def test_the_sheet_prints_on_one_page(open_as, house, location, parties):
    for number in range(parties):
        note = "Sits at the window, brings a cake, and asks for a quiet corner" if number % 3 else ""
        at = f"{17 + number // 6}:{number % 6 * 10:02}"
        customer = house.paula if number % 2 else None
        make_reservation(location, customer, day=today(location), at=at, note=note)
    page = open_as(house.staff, "/reservations/today/?part=all")
    expect(page.get_by_role("button", name="Print A4")).to_be_visible()
    expect(page.locator(".coming > li")).to_have_count(parties)
    paper = page.pdf(prefer_css_page_size=True)

    assert paper.count(b"/Type /Page\n") == 1


def test_keys_lead_to_the_reservations(open_as, house, location):
    page = open_as(house.staff, "/customers/")
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Reservations", level=1)).to_be_visible()


def test_without_script_the_form_is_a_page(browser, live_server, open_as, house, location):
    open_as(house.staff, "/reservations/")
    cookies = open_as(house.staff, "/reservations/").context.cookies()
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{live_server.url}/reservations/new/")
    page.get_by_label("Customer", exact=True).fill("Nora Nelke")
    page.get_by_role("button", name="Save reservation").click()
    expect(page.get_by_text("The reservation of Nora Nelke is saved.")).to_be_visible()
    page.get_by_label("Actions for the reservation of Nora Nelke").click()
    page.get_by_role("button", name="Seat", exact=True).click()
    expect(page.locator("tbody .pill")).to_have_text("seated")
    context.close()
