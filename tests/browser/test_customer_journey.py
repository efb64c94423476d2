"""A customer is added, warned about, edited, tagged, pictured, put to rest and woken."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def picture_file():
    file = io.BytesIO()
    Image.new("RGB", (400, 300), "#762c56").save(file, "PNG")
    return {"name": "guest.png", "mimeType": "image/png", "buffer": file.getvalue()}


def add_tag(page, name):
    entry = page.locator(".tagbox input")
    entry.fill(name)
    entry.press("Enter")


def test_a_customer_with_umlauts_is_added_and_found(open_as, house):
    page = open_as(house.staff, "/customers/")
    page.get_by_role("link", name="Add customer").click()
    page.get_by_label("First name").fill("Jürgen")
    page.get_by_label("Last name").fill("Österreicher-Muñoz")
    page.get_by_label("Primary phone").fill("0171 39 200 77")
    add_tag(page, "Window seat")
    add_tag(page, "Büro")
    expect(page.locator(".tagbox .tag")).to_have_count(2)
    page.get_by_role("button", name="Remove tag Büro").click()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Jürgen Österreicher-Muñoz is added.")).to_be_visible()
    expect(page.get_by_role("link", name="+49 171 3920077")).to_be_visible()
    expect(page.locator(".profile-head .tag")).to_have_text(["Window seat"])
    page.goto(page.url.split("/customers/")[0] + "/customers/?q=osterreicher")
    expect(page.locator("tbody a.who-name")).to_have_text(["Jürgen Österreicher-Muñoz"])


def test_a_known_phone_is_named_while_one_types(open_as, house):
    page = open_as(house.staff, "/customers/new/")
    page.get_by_label("First name").fill("Paul")
    page.get_by_label("Last name").fill("Pepper")
    page.get_by_label("Primary phone").fill("0" + house.paula.phone.removeprefix("+49"))
    page.get_by_label("Secondary phone").focus()
    warning = page.locator("#id_phone_owners")
    expect(warning).to_contain_text("Already in the customer list")
    expect(page.get_by_label("Secondary phone")).to_be_focused()
    expect(page.locator("#id_phone2_owners")).to_be_empty()
    link = warning.get_by_role("link", name="Paula Pfefferkorn")
    expect(link).to_have_attribute("href", f"/customers/{house.paula.pk}/")

    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("alert")).to_contain_text("Belongs to another customer already.")
    expect(page.get_by_label("First name")).to_have_value("Paul")


def test_faults_are_named_at_the_field_and_on_top(open_as, house):
    page = open_as(house.manager, f"/customers/{house.paula.pk}/edit/")
    page.get_by_label("Last name").fill("")
    page.get_by_label("Primary phone").fill("0171")
    with page.expect_response("**/duplicates/check/**"):  # leaving the number asks who has it
        page.get_by_label("Postcode").fill("123")
    page.get_by_label("Country").select_option("Germany")
    page.get_by_role("button", name="Save").click()

    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Please check 3 entries")
    expect(page.get_by_label("Postcode")).to_have_attribute("aria-invalid", "true")
    summary.get_by_role("link", name="Postcode").click()
    expect(page.get_by_label("Postcode")).to_be_focused()


def test_a_manager_edits_tags_and_gives_a_picture(open_as, house):
    page = open_as(house.manager, f"/customers/{house.paula.pk}/")
    page.locator(".page-actions").get_by_role("link", name="Edit").last.click()
    page.get_by_label("City").fill("Köln")
    add_tag(page, "VIP")
    page.locator("#id_picture").set_input_files(picture_file())
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.locator("address")).to_contain_text("Köln")
    expect(page.locator(".profile-head .tag")).to_have_text(["Regular", "VIP"])
    picture = page.locator("img.avatar")
    expect(picture).to_be_visible()
    assert picture.evaluate("async (image) => (await image.decode(), image.naturalWidth)") > 0
    expect(page.locator("#activity")).to_contain_text("Profile changed")


def test_the_email_is_locked_and_an_admin_corrects_it(open_as, house):
    page = open_as(house.manager, f"/customers/{house.paula.pk}/edit/")
    expect(page.get_by_label("E-mail")).to_be_disabled()

    open_as(house.admin, f"/customers/{house.paula.pk}/edit/")
    page.get_by_role("checkbox", name="Correct the address").check()
    page.get_by_label("E-mail").fill("paula@example.net")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("link", name="paula@example.net")).to_be_visible()
    expect(page.locator("#activity")).to_contain_text("E-mail corrected")


def test_tags_come_and_go_in_the_profile(open_as, house):
    page = open_as(house.staff, f"/customers/{house.paula.pk}/")
    page.evaluate("document.querySelector('h1').marked = true")
    page.locator("summary[aria-label='Add tag']").click()
    page.get_by_label("New tag").fill("Birthday club")
    page.get_by_role("button", name="Add tag").click()
    expect(page.locator(".profile-head .tag")).to_have_text(["Birthday club", "Regular"])
    expect(page.locator("summary[aria-label='Add tag']")).to_be_focused()

    page.get_by_role("button", name="Remove tag Regular").click()

    expect(page.locator(".profile-head .tag")).to_have_text(["Birthday club"])
    expect(page.locator("h1")).to_have_js_property("marked", True)  # never left


def test_tags_are_suggested_and_undone(open_as, house):
    page = open_as(house.staff, f"/customers/{house.paula.pk}/")
    tags, toast = page.locator(".profile-head .tag"), page.locator(".toast").last
    page.locator("summary[aria-label='Add tag']").click()
    expect(page.locator("#all-tags option")).to_have_count(1)
    expect(page.locator("#all-tags option")).to_have_attribute("value", "Regular")
    page.get_by_label("New tag").fill("VIP")
    page.get_by_label("New tag").press("Enter")
    expect(tags).to_have_text(["Regular", "VIP"])
    expect(toast).to_contain_text("Added as tag: VIP.")
    toast.get_by_role("button", name="Undo").click()
    expect(tags).to_have_text(["Regular"])

    page.get_by_role("button", name="Remove tag Regular").click()
    expect(tags).to_have_count(0)
    toast.get_by_role("button", name="Undo").click()

    expect(tags).to_have_text(["Regular"])


COVERED = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect()
  const field = document.activeElement.getBoundingClientRect()
  const bottom = Math.min(field.bottom, field.top + 44)
  return bottom > box(".form-bar-inner").top || field.top < box(".topbar").bottom
}"""


@pytest.mark.parametrize("width", [390, 1440])
def test_the_save_bar_hides_no_field_that_has_the_focus(open_as, house, width):
    page = open_as(house.admin, "/customers/new/")
    page.set_viewport_size({"width": width, "height": 700})
    page.get_by_role("checkbox", name="has agreed").check()
    page.get_by_label("First name").focus()
    hidden, seen = [], 0
    while not page.evaluate("document.activeElement.closest('.form-bar') !== null"):
        seen += 1
        if page.evaluate(COVERED):
            hidden.append(page.evaluate("document.activeElement.name || document.activeElement.outerHTML"))
        page.keyboard.press("Tab")

    assert seen > 20
    assert hidden == []


def test_a_warning_pushes_the_field_in_use_under_nothing(open_as, house):
    page = open_as(house.staff, "/customers/new/")
    page.set_viewport_size({"width": 390, "height": 700})
    page.get_by_label("Primary phone").fill("0" + house.paula.phone.removeprefix("+49"))
    page.get_by_label("E-mail").focus()
    page.evaluate("scrollTo(0, 130)")
    expect(page.locator("#id_phone_owners")).to_contain_text("Already in the customer list")

    expect(page.get_by_label("E-mail")).to_be_focused()
    page.wait_for_timeout(100)
    assert not page.evaluate(COVERED)


def test_an_administrator_records_the_permission_while_adding(open_as, house):
    page = open_as(house.admin, "/customers/new/")
    expect(page.get_by_label("How was it given?")).to_be_hidden()
    page.get_by_label("First name").fill("Jürgen")
    page.get_by_label("Last name").fill("Größl")
    page.get_by_role("checkbox", name="has agreed").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("How was it given?")
    page.get_by_label("How was it given?").select_option("Signed form")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("switch", name="Marketing communications")).to_be_checked()


def test_a_customer_rests_and_comes_back(open_as, house):
    page = open_as(house.manager, f"/customers/{house.paula.pk}/")
    page.locator(".page-actions summary").click()
    page.get_by_role("button", name="Mark as inactive").click()
    expect(page.get_by_text("This customer is inactive")).to_be_visible()

    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("Paula Pfefferkorn is active again.")).to_be_visible()
    expect(page.get_by_text("This customer is inactive")).to_have_count(0)
