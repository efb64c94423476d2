"""Working on messages again: one, all that wait for the same reason, or those of a period."""

from datetime import datetime

from orders.models import ConnectedSource, SourceEvent
from orders.sources.formats import Message, UnreadablePayload, format_of
from orders.sources.receiving import is_signed
from orders.sources.working import put_back

_State = SourceEvent.State
_STATES_OF_CODES = {"unsigned": _State.REFUSED, "held": _State.HELD}
_OPEN = (_State.FAILED, _State.HELD, _State.REFUSED)


def replay(
    source: ConnectedSource,
    *,
    code: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    takes_all: bool = False,
) -> int:
    """Put messages back to be worked on; how many. What was not signed is compared with the secret of today
    and left when it does not fit."""
    events = source.events.filter(body__isnull=False)
    if code:
        state = _STATES_OF_CODES.get(code)
        events = events.filter(state=state) if state else events.filter(state=_State.FAILED, code=code)
    elif not takes_all:
        events = events.filter(state__in=_OPEN)
    if since and until:
        events = events.filter(received_at__gte=since, received_at__lt=until)
    return put_back(source, events.exclude(state=_State.REFUSED)) + _read_again(source, events)


def replay_one(event: SourceEvent) -> int:
    events = SourceEvent.objects.filter(pk=event.pk)
    if event.state == _State.REFUSED:
        return _read_again(event.connected_source, events)
    return put_back(event.connected_source, events)


def _read_again(source: ConnectedSource, events) -> int:
    """Of what was not signed: what is signed by the secret of today. It had no number of its own yet."""
    count = 0
    for event in events.filter(state=_State.REFUSED).order_by("pk"):
        message = Message(event.headers, bytes(event.body), source.hook_url)
        if not is_signed(source, message):
            continue
        try:
            event_id, topic = format_of(source.kind).identify(message)
        except UnreadablePayload:
            continue
        if source.events.filter(event_id=event_id).exists():
            event.delete()  # it came again with the right signature
            continue
        event.event_id, event.topic = event_id, topic
        event.save(update_fields=["event_id", "topic"])
        count += put_back(source, SourceEvent.objects.filter(pk=event.pk))
    return count
