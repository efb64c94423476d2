"""`/settings/webhooks/`: who hears of what happens here, and whether it arrives. Administrators only."""

from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView, ListView

from backoffice.core.pages.toasts import toast
from backoffice.outbox.choices import DeliveryState, Topic
from backoffice.outbox.models import Delivery
from backoffice.outbox.pages.base import WebhooksPage, show_once
from backoffice.outbox.pages.forms import SubscriberForm
from backoffice.outbox.subscribing import add_subscriber, change_subscriber
from backoffice.staff.recent_sign_in import RecentSignInMixin


class SubscriberListView(WebhooksPage, ListView):
    template_name = "outbox/list.html"

    def get_queryset(self):
        words = dict(Topic.choices)
        rows = [*self.subscribers()]
        waiting = _waiting(rows)
        for row in rows:
            row.waiting = waiting.get(row.pk, 0)
            row.topic_words = [str(words[topic]) for topic in row.topics if topic in words]
        return rows


def _waiting(subscribers) -> dict[int, int]:
    """How many messages wait, by subscriber."""
    waiting = Delivery.objects.filter(subscriber__in=subscribers, state=DeliveryState.WAITING)
    return dict(waiting.values_list("subscriber").annotate(Count("pk")))


class _SubscriberFormPage(WebhooksPage, RecentSignInMixin, FormView):
    """Where data goes to is a matter for somebody who has just signed in."""

    form_class = SubscriberForm
    template_name = "outbox/form.html"
    subscriber = None

    def get_initial(self):
        """As it was typed before the password was asked for, every box of it."""
        typed = self.stored() | super().get_initial()
        if self.unsent:
            typed["topics"] = self.unsent.data.getlist("topics")
        return typed

    def stored(self) -> dict:
        return {}

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, subscriber=self.subscriber)


class SubscriberCreateView(_SubscriberFormPage):
    def form_valid(self, form):
        actor = self.request.user
        made = add_subscriber(organisation=self.request.organisation, actor=actor, **form.cleaned_data)
        return show_once(self.request, *made)


class SubscriberUpdateView(_SubscriberFormPage):
    def dispatch(self, request, *args, **kwargs):
        if self.has_permission():
            self.subscriber = get_object_or_404(self.subscribers(), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def stored(self) -> dict:
        return {name: getattr(self.subscriber, name) for name in ("name", "url", "topics")}

    def form_valid(self, form):
        change_subscriber(self.subscriber, actor=self.request.user, **form.cleaned_data)
        toast(self.request, _("%(name)s is saved.") % {"name": self.subscriber.name})
        return redirect(reverse("webhooks:log", args=[self.subscriber.pk]))
