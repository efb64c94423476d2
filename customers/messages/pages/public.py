"""The customer's own pages, opened by a link in a mail. The sealed token is the permission; only POST changes
anything, because programs open links to look at them."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from backoffice.core.text.formats import formats_for
from backoffice.staff.models import Language
from customers.choices import ContactKind, Purpose
from customers.messages import opt_in
from customers.messages.preferences import (
    ON_PAGE,
    is_allowed,
    masked,
    set_preferences,
    take_back,
)
from customers.messages.preferences import (
    unsubscribe as end_advertising,
)
from customers.messages.tokens import Holder, UnknownLink, holder_of, read_undo, undo_token
from customers.models import ContactPoint, Customer

PUBLIC_LANGUAGES = {"de": "Deutsch", "es": "Español", "en": "English"}


def _public(*methods: str) -> Callable:
    """Nobody is signed in, no cookie is asked for, nothing is kept by caches; an unknown link gets a page
    that says so."""

    def decorate(view: Callable) -> Callable:
        @csrf_exempt
        @login_not_required
        @require_http_methods([*methods])
        @wraps(view)
        def public_view(request, token: str):
            try:
                response = view(request, token)
            except UnknownLink:
                with translation.override(_chosen(request) or translation.get_language()):
                    response = render(request, "customers/messages/public/unknown.html", status=404)
            response["Cache-Control"] = "no-store"
            response["Referrer-Policy"] = "no-referrer"
            return response

        return public_view

    return decorate


@_public("GET", "HEAD", "POST")
def show(request, token: str):
    """The switches and the language; POST saves them."""
    holder = holder_of(token)
    if request.method != "POST":
        return _page(request, token, holder, "preferences", **_switches(holder.customer))
    wanted = {purpose: f"allow_{purpose.value}" in request.POST for purpose in ON_PAGE}
    language = request.POST.get("language", "")
    language = language if language in Language.values else ""
    entries = set_preferences(holder.customer, wanted, language=language)
    return _page(request, token, holder, "saved", undo=_undo(holder, entries), language=language)


@_public("GET", "HEAD", "POST")
def unsubscribe(request, token: str):
    """What List-Unsubscribe names (RFC 8058): POST ends advertising, GET shows the button."""
    holder = holder_of(token)
    if request.method != "POST":
        return _page(request, token, holder, "unsubscribe")
    entries = end_advertising(holder.customer)
    return _page(request, token, holder, "unsubscribed", undo=_undo(holder, entries))


@_public("POST")
def undo(request, token: str):
    """What was pressed a moment ago stands as before."""
    holder = holder_of(token)
    is_undone = take_back(holder.customer, read_undo(request.POST.get("undo", ""), holder.customer.pk))
    return _page(request, token, holder, "undone", is_undone=is_undone)


@_public("GET", "HEAD", "POST")
def confirm(request, token: str):
    """The second step of a double opt-in: the sentence and one button."""
    asked = opt_in.read_question(token)
    holder = Holder(asked.customer, asked.address_key)
    if request.method == "POST":
        opt_in.confirm(asked)
        return _page(request, token, holder, "confirmed")
    return _page(request, token, holder, "confirm", asked=asked)


def _undo(holder: Holder, entries: list) -> str:
    return undo_token(holder.customer.pk, [entry.pk for entry in entries]) if entries else ""


def _switches(customer: Customer) -> dict:
    words = {
        Purpose.MARKETING: (_("News and offers by e-mail"), _("Offers, events, what is new.")),
        Purpose.SYSTEM: (
            _("Messages about orders and reservations"),
            _("Confirmations, times, reminders. No advertising."),
        ),
        Purpose.CONTACT: (
            _("You may contact me"),
            _("Switched off, no message reaches you but what you ask for in that moment."),
        ),
    }
    return {
        "switches": [(purpose, *words[purpose], is_allowed(customer, purpose)) for purpose in ON_PAGE],
        "chosen": customer.language or customer.organisation.language,
    }


def _page(request, token: str, holder: Holder, name: str, *, language: str = "", **context):
    """In the language that was asked for, else the customer's, else the organisation's."""
    customer = holder.customer
    language = language or _chosen(request) or customer.language
    language = language if language in Language.values else customer.organisation.language
    with translation.override(language):
        if "switches" in context:
            context |= _switches(customer)
        context |= {
            "house": customer.organisation.name,
            "address": masked(_address(holder)),
            "token": token,
            "languages": PUBLIC_LANGUAGES,
            "now": formats_for(customer.organisation).moment,
            "back": reverse("preferences:show", args=[token]),
        }
        return render(request, f"customers/messages/public/{name}.html", context)


def _chosen(request) -> str:
    language = request.GET.get("lang", "")
    return language if language in Language.values else ""


def _address(holder: Holder) -> str:
    """The address the mail went to, as it is written."""
    points = ContactPoint.objects.filter(
        customer=holder.customer, kind=ContactKind.EMAIL, key=holder.address_key
    )
    return points.values_list("value", flat=True).first() or holder.address_key
