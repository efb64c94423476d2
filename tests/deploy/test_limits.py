"""deploy/nginx.conf says of every address what the application says; no nginx is needed for that."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver

from backoffice.api.bodies import LONG_BYTES

MIB = 1024 * 1024
CONFIGURATION = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()
LOCATIONS = re.findall(r"location ~ (\S+) \{(.*?)\n    \}", CONFIGURATION, re.DOTALL)


def views_that_take_files(patterns=None, before="/") -> Iterator[tuple[str, object]]:
    """(address, its limit)"""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = before + str(pattern.pattern)
        if not isinstance(pattern, URLPattern):
            yield from views_that_take_files(pattern.url_patterns, address)
            continue
        view = getattr(pattern.callback, "view_class", pattern.callback)
        if hasattr(view, "body_limit"):
            yield address.replace("<int:pk>", "7"), view.body_limit


TAKING = list(views_that_take_files())


def test_there_are_addresses_that_take_files():
    assert {"/customers/import/", "/orders/import/", "/products/import/", "/customers/new/"} <= dict(
        TAKING
    ).keys()


@pytest.mark.parametrize(("address", "limit"), TAKING, ids=str)
def test_the_proxy_takes_as_much_and_asks_who_sends(address, limit):
    (rules,) = [rules for pattern, rules in LOCATIONS if re.search(pattern, address)]

    most = getattr(settings, limit.setting) + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert f"client_max_body_size {most // MIB}m;" in rules
    assert "auth_request /may-send;" in rules


def test_the_proxy_takes_a_long_batch_of_orders():
    (rules,) = [rules for pattern, rules in LOCATIONS if re.search(pattern, "/api/v1/orders/batch")]

    assert f"client_max_body_size {LONG_BYTES // MIB}m;" in rules
    assert "limit_conn stammgast_uploads 4;" in rules


def test_every_other_address_takes_what_a_form_may_hold():
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert f"\n    client_max_body_size {most // MIB}m;" in CONFIGURATION
