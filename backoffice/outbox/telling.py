"""What happened goes into the outbox, in the transaction of the change: rolled back, it was never told."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from backoffice.outbox.choices import Topic
from backoffice.outbox.models import Delivery, OutboxMessage, Subscriber
from backoffice.outbox.sending import work_off

_AT_ONCE = 500


def tell(
    organisation, topic: Topic, subjects: Iterable[int], *, facts: Mapping[int, dict] | None = None
) -> None:
    """Store one message for each subject, for all who want to hear of the topic; needs the transaction of
    the change.

    `subjects` are ids as the topic's function in OUTBOX_DATA takes them, `facts` JSON numbers by id. While
    the organisation has no subscribers this asks the database nothing.
    """
    if not organisation.has_subscribers or not (ids := list(subjects)):
        return
    listeners = [one for one in Subscriber.objects.of(organisation) if topic in one.topics]
    if not listeners:
        return
    now, known = timezone.now(), facts or {}
    messages = [
        OutboxMessage(
            organisation_id=organisation.pk,
            topic=topic,
            subject_id=pk,
            facts=known.get(pk, {}),
            created_at=now,
        )
        for pk in ids
    ]
    with transaction.atomic(savepoint=False):
        OutboxMessage.objects.bulk_create(messages, batch_size=_AT_ONCE)
        _address(messages, listeners, now)


def _address(messages: list[OutboxMessage], listeners: list[Subscriber], now) -> None:
    deliveries = [
        Delivery(subscriber=listener, message=message, due_at=now)
        for message in messages
        for listener in listeners
    ]
    Delivery.objects.bulk_create(deliveries, batch_size=_AT_ONCE)
    for listener in listeners:
        if listener.is_on and (listener.rests_until is None or listener.rests_until <= now):
            work_off.enqueue(listener.pk)  # for all others the sweep comes by
