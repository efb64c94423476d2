"""Adding and removing who hears of what, and trying it out."""

from django.db import transaction
from django.utils import timezone

from backoffice.audit.services import audit
from backoffice.outbox.choices import DeliveryState, PauseReason, Topic
from backoffice.outbox.models import Delivery, OutboxMessage, Subscriber
from backoffice.outbox.payloads import new_secret
from backoffice.outbox.sending import send_now, work_off
from backoffice.outbox.stopping import pause_for
from backoffice.staff.models import Organisation


@transaction.atomic
def add_subscriber(*, organisation, name: str, url: str, topics: list[str], actor) -> tuple[Subscriber, str]:
    """Store a new one and return it with its signing secret, which no page shows again."""
    subscriber, secret = (
        Subscriber(organisation=organisation, name=name, url=url, topics=topics),
        new_secret(),
    )
    subscriber.secret = secret
    subscriber.save()
    organisation.has_subscribers = True
    _lock(organisation).update(has_subscribers=True)
    audit(action="subscriber.added", subject=subscriber, actor=actor, topics=topics)
    return subscriber, secret


@transaction.atomic
def change_subscriber(subscriber: Subscriber, *, name: str, url: str, topics: list[str], actor) -> None:
    """What waits goes to the new address."""
    given = {"name": name, "url": url, "topics": topics}
    changed = [field for field, value in given.items() if getattr(subscriber, field) != value]
    if not changed:
        return
    for field in changed:
        setattr(subscriber, field, given[field])
    subscriber.save(update_fields=changed)
    audit(action="subscriber.changed", subject=subscriber, actor=actor, fields=sorted(changed))


@transaction.atomic
def renew_secret(subscriber: Subscriber, *, actor) -> str:
    """Sign with another secret from now on, and return it."""
    secret = new_secret()
    subscriber.secret = secret
    subscriber.save(update_fields=["sealed_secret"])
    audit(action="subscriber.secret_renewed", subject=subscriber, actor=actor)
    return secret


@transaction.atomic
def pause_subscriber(subscriber: Subscriber, *, actor) -> bool:
    """Send nothing until it is resumed; what happens meanwhile waits. Says whether it was on."""
    return pause_for(subscriber, PauseReason.PERSON, actor=actor)


@transaction.atomic
def resume_subscriber(subscriber: Subscriber, *, actor) -> bool:
    """Send what waited, at once, and all that follows. Says whether it was paused."""
    paused = Subscriber.objects.filter(pk=subscriber.pk, removed_at=None, paused_at__isnull=False)
    on = {"paused_at": None, "paused_reason": "", "failures": 0, "failing_since": None, "rests_until": None}
    if not paused.update(**on):
        return False
    subscriber.deliveries.filter(state=DeliveryState.WAITING).update(due_at=timezone.now())
    work_off.enqueue(subscriber.pk)
    audit(action="subscriber.resumed", subject=subscriber, actor=actor)
    return True


@transaction.atomic
def remove_subscriber(subscriber: Subscriber, *, actor) -> None:
    """It hears nothing any more. Its row goes with the next day: a change that is being stored in this moment
    may be writing a delivery for it."""
    organisation = subscriber.organisation
    locked = _lock(organisation)
    here = Subscriber.objects.filter(pk=subscriber.pk, removed_at=None)
    if not here.update(removed_at=timezone.now()):
        return
    if not Subscriber.objects.of(organisation).exists():
        locked.update(has_subscribers=False)
    audit(action="subscriber.removed", subject=subscriber, actor=actor)


@transaction.atomic
def send_test(subscriber: Subscriber) -> Delivery:
    """A message for this one alone, past all that waits and though it is paused; tried once."""
    message = OutboxMessage.objects.create(
        organisation=subscriber.organisation, topic=Topic.TEST_PING, subject_id=subscriber.pk
    )
    delivery = Delivery.objects.create(subscriber=subscriber, message=message)
    send_now.enqueue(delivery.pk)
    return delivery


@transaction.atomic
def send_again(delivery: Delivery) -> bool:
    """The same message once more, with its id. False while a worker has it in hand."""
    now = timezone.now()
    free = Delivery.objects.free(now).filter(pk=delivery.pk)
    if not free.update(state=DeliveryState.WAITING, due_at=now, held_until=None):
        return False
    send_now.enqueue(delivery.pk)
    return True


def _lock(organisation):
    """Who adds the first one and who removes the last one come one after the other."""
    rows = Organisation.objects.filter(pk=organisation.pk)
    rows.select_for_update(no_key=True).get()
    return rows
