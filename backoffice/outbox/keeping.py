"""The outbox is emptied of what is old."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from backoffice.outbox.models import Delivery, OutboxMessage, Subscriber
from backoffice.staff.models import Organisation

_AT_ONCE = 1_000
_REMOVED_STAYS = timedelta(days=1)


def forget_old() -> None:
    """Every hour: messages older than settings.OUTBOX_DAYS go, and subscribers that were removed."""
    now = timezone.now()
    old = OutboxMessage.objects.filter(created_at__lt=now - timedelta(days=settings.OUTBOX_DAYS))
    while ids := list(old.order_by("created_at").values_list("pk", flat=True)[:_AT_ONCE]):
        for rows in (
            Delivery.objects.filter(message__in=ids),
            OutboxMessage.objects.filter(pk__in=ids),
        ):
            rows._raw_delete(rows.db)
    Subscriber.objects.filter(removed_at__lt=now - _REMOVED_STAYS).delete()
    _repair_flags()


def _repair_flags() -> None:
    """An organisation that was saved as a whole in the moment of its first subscriber has lost its mark."""
    listening = Subscriber.objects.filter(removed_at=None).values("organisation")
    Organisation.objects.filter(has_subscribers=False, pk__in=listening).update(has_subscribers=True)
