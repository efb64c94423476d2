"""Whatever stands in a payload, it is news or a place that cannot be read; never a fault of ours."""

import copy
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.staff.models import Location
from orders.events import check_event
from orders.sources.formats import House, Message, OrderNews, Part, UnreadablePayload, format_of
from orders.sources.formats.payload import read_json
from tests.orders.sources.senders import body_of, sample

CASES = [
    ("woocommerce", "woocommerce_order", "order.updated", None),
    ("shopify", "shopify_order", "orders/updated", None),
    ("shopify", "shopify_refund", "refunds/create", None),
    ("square", "square_event", "order.updated", "square_order"),
    ("lightspeed", "lightspeed_sale", "sale", None),
    ("lightspeed", "lightspeed_void", "sale", None),
    ("deliverect", "deliverect_order", "order", None),
    ("ready2order", "ready2order_invoice", "invoice.created", None),
]
NAMES = ("item", "delivery", "service", "packaging", "rounding", "refund", "cancelled", "deleted", "origin")
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=200),
    st.sampled_from(["-1", "0", "1e5", "1e-9", "9" * 40, "NaN", "2026-13-45", "\ud800", "+49 171", "[]"]),
    st.lists(st.integers(), max_size=2),
    st.just({}),
    st.just([[]]),
)


def places(value, path=()):
    """Every place in a payload."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def put(payload, path, value):
    changed = copy.deepcopy(payload)
    target = changed
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return changed


def house() -> House:
    location = Location(name="Altstadt", country="DE", timezone="Europe/Berlin")
    return House(location, "web", "EUR", datetime(2026, 11, 30, tzinfo=UTC), names=dict.fromkeys(NAMES, "x"))


@pytest.mark.parametrize(("kind", "name", "topic", "fetched"), CASES)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_value_at_any_place(kind, name, topic, fetched, data):
    whole = sample(fetched or name)
    path = data.draw(st.sampled_from([place for place in places(whole) if place]))
    changed = put(whole, path, data.draw(ANYTHING))
    try:
        payload = read_json(body_of(sample(name) if fetched else changed))
        answer = read_json(body_of(changed)) if fetched else Part({})
        format_of(kind).path_of(topic, payload)
        for news in format_of(kind).read(topic, payload, house(), answer):
            if isinstance(news, OrderNews) and news.event is not None:
                check_event(news.event)
    except (UnreadablePayload, ValidationError):
        return


@pytest.mark.parametrize(("kind", "name", "topic", "fetched"), CASES)
@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=300))
def test_any_bytes_are_told_apart_from_messages(kind, name, topic, fetched, body):
    try:
        event_id, found = format_of(kind).identify(Message({}, body))
    except UnreadablePayload:
        return
    assert isinstance(event_id, str)
    assert isinstance(found, str)
