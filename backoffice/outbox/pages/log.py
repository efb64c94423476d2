"""What was sent to a subscriber, and one delivery with what it says."""

from django.views.generic import DetailView, ListView

from backoffice.core.text.numbers import parse_whole
from backoffice.outbox.choices import DeliveryState
from backoffice.outbox.models import Delivery
from backoffice.outbox.pages.base import WebhooksPage, delivery_or_404, subscriber_or_404
from backoffice.outbox.payloads import body_of

PAGE = 50
_LOOKS = {
    DeliveryState.WAITING: ("clock", "neutral"),
    DeliveryState.DONE: ("check-circle", "ok"),
    DeliveryState.FAILED: ("x-circle", "bad"),
}


def _dressed(delivery: Delivery) -> Delivery:
    """With how its state looks; one that waits for its next try is no good news."""
    delivery.icon, delivery.tone = _LOOKS[delivery.state]
    if delivery.state == DeliveryState.WAITING and delivery.last_error:
        delivery.icon, delivery.tone = "warn", "warn"
    return delivery


class LogView(WebhooksPage, ListView):
    """The newest first, all or those of one state."""

    template_name = "outbox/log.html"

    def get_queryset(self):
        self.subscriber = subscriber_or_404(self.request, self.kwargs["pk"])
        self.state = self.request.GET.get("state", "")
        self.before = parse_whole(self.request.GET.get("before", ""))
        deliveries = self.subscriber.deliveries.select_related("message").order_by("-pk")
        if self.state in DeliveryState.values:
            deliveries = deliveries.filter(state=self.state)
        return deliveries.filter(pk__lt=self.before) if self.before else deliveries

    def get_context_data(self, **kwargs):
        deliveries = [*self.object_list[: PAGE + 1]]
        shown = [_dressed(delivery) for delivery in deliveries[:PAGE]]
        return super().get_context_data(
            **kwargs,
            subscriber=self.subscriber,
            deliveries=shown,
            states=DeliveryState.choices,
            state=self.state,
            older=shown[-1].pk if len(deliveries) > PAGE else None,
            is_first=not self.before,
            rest=f"state={self.state}" if self.state in DeliveryState.values else "",
        )


class DeliveryView(WebhooksPage, DetailView):
    """One delivery. Its body is read now, as it would be if it were sent now."""

    context_object_name = "delivery"

    def get_template_names(self):
        waits = self.request.htmx and "state" in self.request.GET
        return ["outbox/_state.html" if waits else "outbox/delivery.html"]

    def get_object(self):
        return _dressed(delivery_or_404(self.request, self.kwargs["pk"], self.kwargs["delivery"]))

    def get_context_data(self, **kwargs):
        delivery = self.object
        return super().get_context_data(
            **kwargs,
            subscriber=delivery.subscriber,
            body=body_of(delivery.message, indent=2),
            is_waiting=delivery.state == DeliveryState.WAITING and not delivery.last_error,
        )
