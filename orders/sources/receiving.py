"""Messages of shops and tills: stored as they came, within milliseconds, and worked on by a task.

The vendor is told that we have a message once it is stored and no sooner: what comes twice is found by the
vendor's own number, what is not signed is kept apart and never read.
"""

from datetime import timedelta
from enum import Enum

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.core.sealing import Unreadable
from orders.arrivals import count_events
from orders.models import ConnectedSource, SourceEvent
from orders.sources.formats import Format, Message, Part, UnreadablePayload, format_of
from orders.sources.working import work_on

_State = SourceEvent.State
_TOPIC, _EVENT_ID = 80, 200


class Receipt(Enum):
    """What to answer: each is a status of HTTP."""

    TAKEN = 200
    KEPT = 202
    NOT_SIGNED = 401
    NO_JSON = 400


def receive(source: ConnectedSource, message: Message) -> Receipt:
    """Store a message of a vendor and leave it to a task."""
    vendor = format_of(source.kind)
    if vendor.is_ping(message):
        return Receipt.TAKEN
    if not is_signed(source, message):
        _keep_unsigned(source, vendor, message)
        return Receipt.NOT_SIGNED
    try:
        event_id, topic = vendor.identify(message)
    except UnreadablePayload:
        return Receipt.NO_JSON
    state = _state_of(source, vendor, topic)
    _store(source, vendor, message, event_id=event_id, topic=topic, state=state)
    return Receipt.TAKEN if state == _State.WAITING else Receipt.KEPT


def is_signed(source: ConnectedSource, message: Message) -> bool:
    """Whether it comes from its vendor, as far as that signs anything."""
    vendor = format_of(source.kind)
    if not vendor.SIGNS:
        return True
    try:
        return bool(source.secret) and vendor.is_signed(message, source.secret)
    except Unreadable:  # sealed by a key of this installation that is gone
        return False


def _state_of(source: ConnectedSource, vendor: Format, topic: str) -> str:
    if not source.is_on:
        return _State.HELD
    return _State.WAITING if topic in vendor.TOPICS else _State.KEPT


def _store(source, vendor, message: Message, *, event_id: str, topic: str, state: str) -> SourceEvent | None:
    """None when it is here already."""
    event = SourceEvent(
        connected_source=source,
        event_id=event_id if len(event_id) <= _EVENT_ID else message.digest,
        topic=topic[:_TOPIC],
        headers={name: message.headers[name] for name in vendor.HEADERS if name in message.headers},
        body=message.body,
        state=state,
    )
    with transaction.atomic():
        try:
            with transaction.atomic():
                event.save(force_insert=True)
        except IntegrityError:
            return None
        count_events(source, events=1, errors=int(state == _State.REFUSED))
        if state == _State.WAITING:
            work_on.enqueue(event.pk)
    return event


def _keep_unsigned(source: ConnectedSource, vendor: Format, message: Message) -> None:
    """The secret may have changed at one end only: with the right one it can be read later. Whoever knows
    the address may send anything, so no more than a few are kept.
    """
    today = timezone.now() - timedelta(days=1)
    refused = source.events.filter(state=_State.REFUSED, received_at__gte=today)
    if len(refused.values("pk")[: settings.SOURCE_UNSIGNED_KEPT]) < settings.SOURCE_UNSIGNED_KEPT:
        number = f"unsigned {message.digest}"
        _store(source, vendor, message, event_id=number, topic="", state=_State.REFUSED)


def store_pulled(source: ConnectedSource, order: Part) -> bool:
    """Take an order that was asked for as if its vendor had sent it; whether this change of it is new."""
    vendor = format_of(source.kind)
    number = f"pulled {order.needed('id')} {vendor.changed_at(order):%Y-%m-%dT%H:%M:%S%z}"
    message = Message({}, order.as_json())
    return bool(
        _store(source, vendor, message, event_id=number, topic=vendor.MISSED_TOPIC, state=_State.WAITING)
    )
