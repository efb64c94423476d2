"""What came from a source, message by message, and one of them as it came."""

import json

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView

from backoffice.core.pages.toasts import toast
from backoffice.core.text.numbers import parse_whole
from orders.models import SourceEvent
from orders.sources.pages.base import RIGHT, SourcesPage, source_or_404
from orders.sources.pages.health import code_of
from orders.sources.replaying import replay_one
from orders.sources.words import FAULTS, HINTS, sentence_of

PAGE = 50
_State = SourceEvent.State
_LOOKS = {
    _State.WAITING: ("clock", "neutral"),
    _State.DONE: ("check-circle", "ok"),
    _State.KEPT: ("archive", "neutral"),
    _State.HELD: ("pause", "warn"),
    _State.REFUSED: ("lock", "bad"),
    _State.FAILED: ("x-circle", "bad"),
}


def _dressed(event: SourceEvent) -> SourceEvent:
    """With how its state looks, and what went wrong in a sentence."""
    event.icon, event.tone = _LOOKS[event.state]
    code = code_of(event)
    event.trouble = sentence_of(code, event.detail) if code else ""
    event.fault = FAULTS.get(code)
    event.hints = [HINTS[hint] for hint in event.detail.get("hints", ()) if hint in HINTS]
    return event


class EventListView(SourcesPage, ListView):
    """The newest first, all or those of one state."""

    template_name = "orders/sources/events.html"

    def get_queryset(self):
        self.source = source_or_404(self.request, self.kwargs["pk"])
        self.state = self.request.GET.get("state", "")
        self.before = parse_whole(self.request.GET.get("before", ""))
        events = self.source.events.defer("body", "headers").select_related("order").order_by("-pk")
        if self.state in _State.values:
            events = events.filter(state=self.state)
        return events.filter(pk__lt=self.before) if self.before else events

    def get_context_data(self, **kwargs):
        events = [*self.object_list[: PAGE + 1]]
        shown = [_dressed(event) for event in events[:PAGE]]
        return super().get_context_data(
            **kwargs,
            source=self.source,
            events=shown,
            states=_State.choices,
            state=self.state,
            older=shown[-1].pk if len(events) > PAGE else None,
            is_first=not self.before,
            rest=f"state={self.state}" if self.state in _State.values else "",
        )


class EventView(SourcesPage, DetailView):
    """One message as it came: the people who connect sources see what a vendor sent."""

    template_name = "orders/sources/event.html"
    context_object_name = "event"

    def get_object(self):
        self.source = source_or_404(self.request, self.kwargs["pk"])
        events = self.source.events.select_related("order")
        return _dressed(get_object_or_404(events, pk=self.kwargs["event"]))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, source=self.source, body=_readable(self.object.body))


def _readable(body) -> str:
    """JSON with its parts below each other, else as it came."""
    if body is None:
        return ""
    text = bytes(body).decode(errors="replace")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text


@require_POST
@permission_required(RIGHT, raise_exception=True)
def work_on_event(request, pk: int, event: int):
    """Work on one message again."""
    source = source_or_404(request, pk)
    found = get_object_or_404(source.events.select_related("connected_source"), pk=event)
    if replay_one(found):
        toast(request, _("The message is worked on again."))
    elif found.state == _State.REFUSED:
        toast(request, _("The signature does not fit the secret that is entered here."), tone="bad")
    else:
        toast(request, _("This message is kept no longer, or waits already."), tone="bad")
    if SourceEvent.objects.filter(pk=event).exists():
        return redirect(reverse("orders:source-event", args=[pk, event]))
    return redirect("orders:source-events", pk)
