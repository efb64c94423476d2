"""From a stored message to orders and customers, by a task; each message once, and again when asked for."""

from datetime import timedelta

import structlog
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone, translation
from django_tasks import task

from backoffice.core.outgoing import NotReached
from orders.arrivals import count_events
from orders.models import ConnectedSource, SourceEvent
from orders.recording import OrderConflict, SentOrderRefused, record_sent
from orders.sources.applying import NotPossible, apply_news, house_of
from orders.sources.asking import ask
from orders.sources.formats import VENDORS, Message, Part, UnreadablePayload, format_of

_State = SourceEvent.State
LATER = timedelta(minutes=2)  # then a waiting message is one whose task was lost
_AT_ONCE = 200
logger = structlog.get_logger(__name__)


@task()
def work_on(event_id: int) -> None:
    """Read one message and do what it says. A second call for the same one does nothing."""
    event = _open_event(event_id)
    if event is None or event.state != _State.WAITING or event.body is None:
        return
    source = event.connected_source
    with translation.override(source.organisation.language):
        try:
            fetched = _fetch(source, event)
            _work(event, fetched)
        except (OperationalError, InterfaceError):
            raise  # the queue tries again
        except UnreadablePayload as error:
            _fail(event, "unreadable", {"place": error.place})
        except NotPossible as error:
            _fail(event, error.code, error.detail)
        except NotReached as error:
            _fail(event, "not_reached", {"reason": str(error)})
        except ValidationError as error:
            _fail(event, "invalid", {"sentence": error.messages[0]})
        except Exception as error:
            logger.error("source_event_failed", exc_info=error, event_id=event.pk)
            _fail(event, "fault", {})


def _open_event(event_id: int) -> SourceEvent | None:
    source = "connected_source"
    events = SourceEvent.objects.select_related(f"{source}__organisation", f"{source}__location")
    return events.filter(pk=event_id).first()


def _fetch(source: ConnectedSource, event: SourceEvent) -> Part:
    """What the message only points to, asked for before anything is locked."""
    if source.kind not in VENDORS:
        return Part({})
    vendor = format_of(source.kind)
    path = vendor.path_of(event.topic, Message({}, bytes(event.body)).read())
    return ask(source, path) if path else Part({})


@transaction.atomic
def _work(event: SourceEvent, fetched: Part) -> None:
    held = SourceEvent.objects.select_for_update(no_key=True).get(pk=event.pk)
    if held.state != _State.WAITING:
        return
    source = event.connected_source
    take = _take_message if source.kind in VENDORS else _take_order
    held.code, held.detail = "", {}
    take(source, held, fetched)
    held.state, held.attempts, held.worked_at = _State.DONE, held.attempts + 1, timezone.now()
    held.save()
    if held.order is not None:
        _wake(source, held)


def _take_message(source: ConnectedSource, event: SourceEvent, fetched: Part) -> None:
    house = house_of(source, at=event.received_at)
    payload = Message({}, bytes(event.body)).read()
    news = [*format_of(source.kind).read(event.topic, payload, house, fetched)]
    event.subject = next((one.external_id for one in news if hasattr(one, "external_id")), "")
    event.order = next(iter(apply_news(source, house, news)), None)
    event.detail = {"hints": sorted(set(house.hints))}


def _take_order(source: ConnectedSource, event: SourceEvent, fetched: Part) -> None:
    """One that came through the API while its key was off; it may since have come again."""
    location = source.api_key.location if source.api_key else None
    try:
        recorded = record_sent(organisation=source.organisation, location=location, body=bytes(event.body))
    except SentOrderRefused as error:
        raise NotPossible("sent_refused", place=error.place, reason=str(error)) from None
    except OrderConflict as conflict:
        raise NotPossible("conflict", order=conflict.event.external_id) from None
    event.order = recorded.order


def _wake(source: ConnectedSource, event: SourceEvent) -> None:
    """What came before its order has it now."""
    early = source.events.filter(subject=event.subject, state=_State.FAILED, code="order_missing")
    put_back(source, early)


def _fail(event: SourceEvent, code: str, detail: dict) -> None:
    failed = SourceEvent.objects.filter(pk=event.pk, state=_State.WAITING)
    with transaction.atomic():
        changed = failed.update(
            state=_State.FAILED,
            code=code,
            detail=detail,
            subject=detail.get("order", "")[:80],
            attempts=F("attempts") + 1,
            worked_at=timezone.now(),
        )
        if (
            changed and not event.attempts
        ):  # the day it came on has one error by it, however often it is tried
            count_events(event.connected_source, errors=1, at=event.received_at)


def put_back(source: ConnectedSource, events: QuerySet[SourceEvent]) -> int:
    """Have messages of a source worked on anew; how many. What was done already changes nothing when it is
    done again."""
    with transaction.atomic():
        ours = events.filter(body__isnull=False).exclude(state=_State.WAITING)
        count = ours.update(state=_State.WAITING, code="", detail={})
        if count:
            work_on_waiting.enqueue(source.pk)
    return count


@task()
def work_on_waiting(source_id: int) -> None:
    """What waits of one source, in the order in which it came; some at a time, so that others have a turn."""
    waiting = SourceEvent.objects.filter(connected_source=source_id, state=_State.WAITING, body__isnull=False)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    for pk in ids:
        work_on.call(pk)
    if len(ids) == _AT_ONCE:
        work_on_waiting.enqueue(source_id)


def sweep() -> None:
    """Every minute: take up what waits though nobody works on it, for its task was lost with its worker."""
    old = timezone.now() - LATER
    waiting = SourceEvent.objects.filter(state=_State.WAITING, received_at__lt=old, body__isnull=False)
    for pk in waiting.order_by("received_at").values_list("pk", flat=True)[:_AT_ONCE]:
        work_on.call(pk)
