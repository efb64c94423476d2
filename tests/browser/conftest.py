"""A real Chromium on a real server. Every page fails the test that breaks the content policy or a script."""

import os
import shutil

import pytest
from django.core.cache import cache
from django.test import Client

from backoffice.staff.roles import ensure_roles


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


@pytest.fixture
def faults(page):
    """What went wrong in the browser; checked at the end of each test."""
    found = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on(
        "console",
        lambda message: found.append(message.text) if "Content Security Policy" in message.text else None,
    )
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
