"""Messages hold personal data: they are kept for a while, so that they can be worked on again."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from orders.models import SourceDay, SourceEvent

_AT_ONCE = 1_000
_DAYS_SHOWN = 400


def trim_bodies() -> None:
    """Every hour: forget body and headers of what is older than settings.SOURCE_EVENT_DAYS."""
    now = timezone.now()
    old = SourceEvent.objects.filter(
        body__isnull=False, received_at__lt=now - timedelta(days=settings.SOURCE_EVENT_DAYS)
    ).order_by("received_at", "pk")
    while ids := list(old.values_list("pk", flat=True)[:_AT_ONCE]):
        SourceEvent.objects.filter(pk__in=ids).update(body=None, headers={}, detail={})
    SourceDay.objects.filter(day__lt=now.date() - timedelta(days=_DAYS_SHOWN)).delete()
