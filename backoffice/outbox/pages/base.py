from django.contrib.auth.mixins import PermissionRequiredMixin
from django.shortcuts import get_object_or_404, render

from backoffice.outbox.models import Delivery, Subscriber

RIGHT = "outbox.manage_subscriber"


class WebhooksPage(PermissionRequiredMixin):
    """Pages of those who connect receivers of webhooks."""

    permission_required = RIGHT

    def subscribers(self):
        return Subscriber.objects.of(self.request.organisation).order_by("pk")


def subscriber_or_404(request, pk: int) -> Subscriber:
    return get_object_or_404(
        Subscriber.objects.of(request.organisation).select_related("organisation"), pk=pk
    )


def delivery_or_404(request, pk: int, delivery: int) -> Delivery:
    deliveries = subscriber_or_404(request, pk).deliveries
    return get_object_or_404(deliveries.select_related("message__organisation"), pk=delivery)


def show_once(request, subscriber: Subscriber, secret: str):
    """In the answer itself: kept for a page that follows, it would be stored."""
    return render(request, "outbox/made.html", {"subscriber": subscriber, "secret": secret})
