"""`/messages/`: conversations and messages to many, newest first; one conversation beside them."""

from datetime import datetime

from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.pages.addresses import next_page
from backoffice.core.pages.paging import Cursor, InvalidCursor, beyond
from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import Formats, formats_for
from backoffice.core.text.text import fold
from customers.access import get_customer
from customers.choices import MessageState
from customers.messages.pages.base import for_writers
from customers.messages.panels import conversation_panel
from customers.messages.showing import Line, lines_of, with_last_state
from customers.messages.writing import needs_no_answer
from customers.models import Message, Thread

PAGE = 30
ALL, WAITING, BOUNCED, DRAFTS = "all", "waiting", "bounced", "drafts"
_VIEWS = {ALL: Q(), WAITING: Q(is_waiting=True), BOUNCED: Q(has_bounced=True)}


@require_safe
@for_writers
def show(request):
    """The list alone; on a desk it says that a conversation can be opened."""
    return render(request, "customers/messages/inbox.html", _listed(request))


@require_safe
@for_writers
def thread(request, pk: int):
    """A conversation beside the list; on the phone alone."""
    customer = get_customer(request, pk)
    context = _listed(request) | {
        "customer": customer,
        "panel": conversation_panel(customer, formats_for(request.organisation)),
        "here": reverse("messages:thread", args=[pk]),
    }
    return render(request, "customers/messages/inbox.html", context)


@require_POST
@for_writers
def deal(request, pk: int):
    """What the customer wrote needs no answer."""
    customer = get_customer(request, pk)
    if needs_no_answer(customer, actor=request.user):
        toast(request, _("The conversation is marked as dealt with."))
    return redirect(next_page(request, reverse("messages:thread", args=[pk])))


def _listed(request) -> dict:
    formats = formats_for(request.organisation)
    view = request.GET.get("view", ALL)
    view = view if view in (*_VIEWS, DRAFTS) else ALL
    query = request.GET.get("q", "").strip()[:100].replace("\x00", "")
    context = {"view": view, "query": query, "tabs": _tabs(request.organisation)}
    if view == DRAFTS:
        return context | {"drafts": _drafts(request.organisation, query, formats)}
    lines, older = _lines(request, _VIEWS[view], query, formats)
    return context | {"lines": lines, "older": older, "is_first": "before" not in request.GET}


def _tabs(organisation) -> list[tuple[str, str, int]]:
    """Name, label, and how many need somebody; what is only seen is not counted."""
    threads = Thread.objects.filter(organisation=organisation)
    return [
        (ALL, _("All"), 0),
        (WAITING, _("Wait for an answer"), _few(threads.filter(is_waiting=True))),
        (BOUNCED, pgettext("mail", "Came back"), _few(threads.filter(has_bounced=True))),
        (DRAFTS, _("Drafts"), _few(_draft_rows(organisation))),
    ]


def _few(rows) -> int:
    """Counted up to 100: more is too many to say."""
    return len(rows.order_by("pk").values_list("pk", flat=True)[:100])


def _draft_rows(organisation):
    return Message.objects.of(organisation).filter(state=MessageState.DRAFT)


def _drafts(organisation, query: str, formats: Formats) -> list[tuple[Message, str]]:
    rows = _draft_rows(organisation).filter(title__icontains=query).order_by("-pk")[:100]
    return [(row, formats.moment(row.created_at)) for row in rows]


def _lines(request, condition: Q, query: str, formats: Formats) -> tuple[list[Line], str]:
    threads = Thread.objects.filter(condition, organisation=request.organisation)
    for word in fold(query).split()[:5]:
        in_name = Q(customer__search_text__contains=word)
        threads = threads.filter(in_name | Q(preview__icontains=word))
    threads = with_last_state(threads.select_related("customer", "message"))
    if cursor := _cursor(request.GET.get("before")):
        threads = beyond(threads, "last_at", "pk", cursor, descending=True)
    rows = list(threads.order_by("-last_at", "-pk")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    older = Cursor(rows[-1].last_at, rows[-1].pk).encode() if more else ""
    return lines_of(rows, formats), older


def _cursor(text: str | None) -> Cursor | None:
    try:
        return Cursor.decode(text, datetime) if text else None
    except InvalidCursor:
        return None
