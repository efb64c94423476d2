"""A real Chromium on a real server. Every page fails the test that breaks the content policy or a script."""

import os
import shutil
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from backoffice.staff.models import Organisation, Role, User
from backoffice.staff.roles import ensure_roles
from customers.consent.ledger import grant_consent
from customers.models import Customer
from customers.records.tagging import change_tags
from tests.conftest import PASSWORD
from tests.factories import make_customer, make_location, make_order, make_organisation, make_user


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """SQLite in a file: in memory, the server's threads and the test would share one connection
    and so each other's transactions."""
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "browser.sqlite3")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    found = (
        os.environ.get("CHROMIUM"),
        *map(shutil.which, ("chromium", "chromium-browser", "google-chrome")),
    )
    path = next((path for path in found if path), None)
    if path is None:
        pytest.skip("no Chromium found")
    return {**browser_type_launch_args, "executable_path": path, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "en-GB", "viewport": {"width": 1440, "height": 900}}


expect.set_options(timeout=20_000)  # milliseconds; a busy machine is late, not wrong

REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`content policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"""


@pytest.fixture(autouse=True)
def faults(context):
    """Scripts that break, what breaks the content policy and everything the console calls an error,
    but not answers such as 422; checked at the end of each test."""
    found = []
    context.add_init_script(REPORT_VIOLATIONS)
    context.on("weberror", lambda error: found.append(str(error.error)))

    def hear(message):
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            found.append(message.text)

    context.on("console", hear)
    yield found
    assert found == []


@pytest.fixture
def _roles(transactional_db):
    """Flushing after each test empties the roles as well."""
    ensure_roles()
    cache.clear()


@pytest.fixture
def open_as(_roles, page, live_server, faults):
    """Sign a person in and open an address."""

    def open_as(user, path):
        client = Client()
        client.force_login(user)
        session = client.session
        session["password_typed_at"] = 9_999_999_999
        session.save()
        page.context.add_cookies(
            [{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}]
        )
        page.goto(live_server.url + path)
        return page

    return open_as


@dataclass
class House:
    """A restaurant with its people and three customers, one of whom has everything."""

    organisation: Organisation
    staff: User
    manager: User
    admin: User
    paula: Customer


@pytest.fixture
def house(_roles):
    organisation = make_organisation(name="Gasthaus Lindenhof")
    location = make_location(organisation, name="Altstadt")
    people = [
        make_user(organisation, role, password=PASSWORD, name=name)
        for role, name in [(Role.STAFF, "Iván"), (Role.MANAGER, "Mara"), (Role.ADMIN, "Ada")]
    ]
    now = timezone.now()
    _make_customers(organisation, range(2))
    paula = make_customer(
        organisation, first_name="Paula", last_name="Pfefferkorn", notes="At the window", language="en"
    )
    make_order(paula, cents=4_260, placed_at=now - timedelta(days=1), tip_cents=300, location=location)
    make_order(paula, cents=2_140, placed_at=now - timedelta(days=9), location=location)
    change_tags(paula, add=["Regular"], actor=people[1])
    grant_consent(
        paula, "system", method="in_person", occurred_at=now - timedelta(days=2), actor=people[2], origin=""
    )
    return House(organisation, *people, paula)


@pytest.fixture
def crowd(house):
    """The house with 30 customers, so that there is a second page."""
    _make_customers(house.organisation, range(2, 29))
    return house


def _make_customers(organisation, numbers):
    """Customer 00, 01 …: every third of the store, the others of the web; before Paula came."""
    for number in numbers:
        source = "web" if number % 3 else "store"
        joined = timezone.now() - timedelta(days=40 + number)
        make_customer(organisation, last_name=f"Guest {number:02}", source=source, joined_at=joined)
