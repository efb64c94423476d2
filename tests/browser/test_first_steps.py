"""A new house is led from the first page to its customers."""

import re

import pytest
from playwright.sync_api import expect

from backoffice.staff.models import Role
from tests.browser.layout import assert_fits
from tests.browser.test_accessibility import axe  # noqa: F401
from tests.factories import make_location, make_organisation, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def new_admin(_roles):
    organisation = make_organisation(is_new=True)
    make_location(organisation)
    return make_user(organisation, Role.ADMIN)


def test_the_first_page_leads_to_an_import_and_can_be_put_away(open_as, new_admin, axe):  # noqa: F811
    page = open_as(new_admin, "/")
    expect(page).to_have_url(re.compile(r"/first-steps/$"))
    assert_fits(page)
    assert axe() == []

    page.locator("main .btn-primary").first.click()
    expect(page).not_to_have_url(re.compile(r"/first-steps/$"))
    page.go_back()
    page.locator("form[action$='/hide/'] button").click()
    expect(page).not_to_have_url(re.compile(r"/first-steps/$"))

    page.goto(page.url.split("/customers/")[0] + "/")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
