"""From the outbox to the subscribers: in order, each at its own pace, again until it arrives."""

import random
import time
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from backoffice.core.outgoing import HttpAnswer, NotReached, send_http
from backoffice.core.sealing import Unreadable
from backoffice.outbox.choices import DeliveryState, PauseReason, Topic
from backoffice.outbox.models import Delivery, Subscriber
from backoffice.outbox.payloads import body_of, headers_of
from backoffice.outbox.stopping import pause_for

LEASE = timedelta(minutes=2)  # longer than a slice with the longest try
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
LONGEST_REST = timedelta(minutes=15)  # how long one that is away goes unnoticed when it is back
MOST_ATTEMPTS = 28  # about five days
PATIENCE = timedelta(days=5)
_SLICE_SECONDS = 15  # then mail and other tasks have their turn
_DOWN = 5  # so many failures in a row are no matter of one message
logger = structlog.get_logger(__name__)


@task(priority=-1)
def work_off(subscriber_id: int) -> None:
    """Send what is due to one subscriber, oldest first, until one fails or the slice is over.

    Nothing happens while another worker does it.
    """
    ends = time.monotonic() + _SLICE_SECONDS
    while subscriber := _claim_subscriber(subscriber_id):
        try:
            _send_due(subscriber, ends)
        finally:
            mine = Subscriber.objects.filter(pk=subscriber.pk, busy_until=subscriber.busy_until)
            mine.update(busy_until=None)
        # looked at after letting go: whoever came meanwhile went away again
        if not _has_due(subscriber_id):
            return
        if time.monotonic() >= ends:
            work_off.enqueue(subscriber_id)
            return


@task()
def send_now(delivery_id: int) -> None:
    """One delivery that a person asked for, though its subscriber may be paused."""
    deliveries = Delivery.objects.select_related("subscriber__organisation", "message__organisation")
    delivery = deliveries.filter(pk=delivery_id).first()
    if delivery:
        _send(delivery)


def sweep() -> None:
    """Every minute: what is due now, and whose task was lost."""
    now = timezone.now()
    waiting = Exists(Delivery.objects.due(now).filter(subscriber=OuterRef("pk")))
    for pk in Subscriber.objects.ready(now).filter(waiting).values_list("pk", flat=True):
        work_off.enqueue(pk)


def _claim_subscriber(pk: int) -> Subscriber | None:
    now = timezone.now()
    if not Subscriber.objects.ready(now).filter(pk=pk).update(busy_until=now + LEASE):
        return None
    return Subscriber.objects.select_related("organisation").get(pk=pk)


def _has_due(subscriber_id: int) -> bool:
    now = timezone.now()
    ready = Subscriber.objects.ready(now).filter(pk=subscriber_id)
    return ready.exists() and Delivery.objects.due(now).filter(subscriber=subscriber_id).exists()


def _send_due(subscriber: Subscriber, ends: float) -> None:
    while time.monotonic() < ends:
        # the least tried first: one that is refused again and again is before no other
        due = Delivery.objects.due(timezone.now()).filter(subscriber=subscriber)
        due = due.select_related("message__organisation", "subscriber__organisation")
        delivery = due.order_by("attempts", "pk").first()
        if delivery is None or not _send(delivery):
            return


def _send(delivery: Delivery) -> bool:
    """Whether it arrived; False too when another worker has it in hand."""
    now = timezone.now()
    free = Delivery.objects.due(now).filter(pk=delivery.pk, attempts=delivery.attempts)
    delivery.attempts += 1
    if not free.update(attempts=delivery.attempts, held_until=now + LEASE, tried_at=now):
        return False
    with translation.override(delivery.subscriber.organisation.language):
        status, reason = _try(delivery, now)
    if reason:
        _note_failure(delivery, status, reason)
    else:
        _note_success(delivery, status)
    return not reason


def _try(delivery: Delivery, now: datetime) -> tuple[int | None, str]:
    """The status of the answer, if one came, and why it did not arrive, empty when it did."""
    try:
        answer = _post(delivery, now)
    except (OperationalError, InterfaceError):
        raise  # the queue tries again
    except NotReached as error:
        return None, str(error)
    except Unreadable:
        return None, _("The signing secret cannot be read any more: make a new one.")
    except Exception as error:
        logger.error("webhook_fault", exc_info=error, delivery_id=delivery.pk)
        return None, _("Something unexpected went wrong.")
    return answer.status, "" if answer.is_good else _("It answered %(code)s.") % {"code": answer.status}


def _post(delivery: Delivery, now: datetime) -> HttpAnswer:
    message, subscriber = delivery.message, delivery.subscriber
    body = body_of(message).encode()
    headers = headers_of(message, body, secret=subscriber.secret, sent_at=now)
    return send_http("POST", subscriber.url, headers=headers, body=body)


@transaction.atomic
def _note_success(delivery: Delivery, status: int) -> None:
    now = timezone.now()
    _mine(delivery).update(
        state=DeliveryState.DONE,
        held_until=None,
        last_status=status,
        last_error="",
        delivered_at=now,
    )
    subscriber = Subscriber.objects.select_for_update(no_key=True).get(pk=delivery.subscriber_id)
    was_down = subscriber.failures >= _DOWN
    Subscriber.objects.filter(pk=subscriber.pk).update(
        last_ok_at=now, failures=0, failing_since=None, rests_until=None
    )
    if was_down:  # it is back: what waited for it need not wait on
        waiting = subscriber.deliveries.filter(state=DeliveryState.WAITING, due_at__gt=now)
        waiting.update(due_at=now)


@transaction.atomic
def _note_failure(delivery: Delivery, status: int | None, reason: str) -> None:
    now = timezone.now()
    subscriber = Subscriber.objects.select_for_update(no_key=True).get(pk=delivery.subscriber_id)
    is_over = _is_over(delivery, subscriber)
    changed = _mine(delivery).update(
        state=DeliveryState.FAILED if is_over else DeliveryState.WAITING,
        held_until=None,
        due_at=now + pause_after(delivery.attempts),
        last_status=status,
        last_error=reason[:200],
    )
    if not changed or delivery.message.topic == Topic.TEST_PING:
        return
    logger.warning("webhook_failed", subscriber_id=subscriber.pk, delivery_id=delivery.pk, status=status)
    subscriber.failures += 1
    subscriber.failing_since = subscriber.failing_since or now
    subscriber.rests_until = now + min(pause_after(subscriber.failures), LONGEST_REST)
    subscriber.save(update_fields=["failures", "failing_since", "rests_until"])
    if status == 410:
        pause_for(subscriber, PauseReason.GONE)
    elif now - subscriber.failing_since >= PATIENCE:
        pause_for(subscriber, PauseReason.FAILURES)


def _is_over(delivery: Delivery, subscriber: Subscriber) -> bool:
    """A test is tried once; anything else for days, unless it is the subscriber that takes nothing."""
    if delivery.message.topic == Topic.TEST_PING:
        return True
    others_arrive = subscriber.last_ok_at is not None and subscriber.last_ok_at > delivery.message.created_at
    return others_arrive and delivery.attempts >= MOST_ATTEMPTS


def _mine(delivery: Delivery):
    """By the token: who lost it to another worker writes nothing."""
    waiting = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING)
    return waiting.filter(attempts=delivery.attempts)


def pause_after(failures: int) -> timedelta:
    """One minute, doubled with each failure up to six hours; a little less or more, so that not all come at
    once."""
    pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 16), LONGEST_PAUSE)
    return pause * random.uniform(0.9, 1.1)  # noqa: S311 (nobody has to be unable to guess it)
