"""A message to many that was started: how far it is, what came back, pause and stop."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from customers.choices import LeftOut, MessageState, RecipientState
from customers.messages.pages.base import for_writers, message_or_404
from customers.messages.showing import look_of, outcomes
from customers.messages.writing import discard_draft, pause_message, resume_message, stop_message
from customers.models import Message

MOST_LISTED = 100
_LOOKS = {
    MessageState.SENDING: ("neutral", "send"),
    MessageState.PAUSED: ("warn", "pause"),
    MessageState.STOPPED: ("neutral", "x-circle"),
    MessageState.DONE: ("ok", "check-circle"),
}


@require_safe
@for_writers
def show(request, pk: int):
    """Asks for itself while it is being sent."""
    message = message_or_404(request, pk)
    if message.state == MessageState.DRAFT:
        return redirect("messages:edit", pk)
    template = "_campaign.html" if request.htmx else "campaign.html"
    return render(request, f"customers/messages/{template}", _context(request, message))


def _context(request, message: Message) -> dict:
    formats = formats_for(request.organisation)
    counts = outcomes([message.pk]).get(message.pk, {})
    is_stopped = message.state == MessageState.STOPPED
    waiting = counts.get(RecipientState.WAITING, 0)
    states = [
        (RecipientState(state).label, look_of(state, ""), counts[state])
        for state in RecipientState.values
        if counts.get(state) and not (is_stopped and state == RecipientState.WAITING)
    ]
    tone, icon = _LOOKS[message.state]
    return {
        "message": message,
        "tone": tone,
        "icon": icon,
        "started": formats.moment(message.started_at),
        "states": states,
        "done": message.recipients_count - waiting,
        "total": message.recipients_count,
        "not_sent": waiting if is_stopped else 0,
        "left_out": [(LeftOut(reason).label, count) for reason, count in message.left_out.items()],
        "left_out_count": sum(message.left_out.values()),
        "troubles": _troubles(message),
        "is_live": message.state == MessageState.SENDING,
        "here": reverse("messages:campaign", args=[message.pk]),
        "texts": [(code, text) for code, text in message.texts.items()],
    }


def _troubles(message: Message) -> list:
    """Whom it did not reach although it was tried, or who fell away meanwhile; the first of them."""
    states = [RecipientState.BOUNCED, RecipientState.FAILED, RecipientState.LEFT_OUT]
    rows = message.recipients.filter(state__in=states).select_related("customer").order_by("pk")
    return [(row.customer, look_of(row.state, row.reason)) for row in rows[:MOST_LISTED]]


@require_POST
@for_writers
def pause(request, pk: int):
    message = message_or_404(request, pk)
    if pause_message(message, actor=request.user):
        toast(request, _("The message is paused."), undo_url=reverse("messages:resume", args=[pk]))
    return redirect("messages:campaign", pk)


@require_POST
@for_writers
def resume(request, pk: int):
    if resume_message(message_or_404(request, pk), actor=request.user):
        toast(request, _("The message is being sent."))
    return redirect("messages:campaign", pk)


@require_POST
@for_writers
def stop(request, pk: int):
    if stop_message(message_or_404(request, pk), actor=request.user):
        toast(request, _("The message is stopped. Who has not got it gets none."))
    return redirect("messages:campaign", pk)


@require_POST
@for_writers
def discard(request, pk: int):
    if discard_draft(message_or_404(request, pk), actor=request.user):
        toast(request, _("The draft is gone."))
        return redirect(f"{reverse('messages:list')}?view=drafts")
    return redirect("messages:campaign", pk)
