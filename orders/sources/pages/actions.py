"""What can be done with one source: each asks first where it means something, then does it."""

from datetime import timedelta

from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.core.outgoing import NotReached
from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.toasts import toast
from backoffice.core.text.periods import day_start
from orders.sources.applying import NotPossible
from orders.sources.asking import ask
from orders.sources.connecting import mute_source, remove_source, renew_address, switch_source
from orders.sources.formats import VENDORS, format_of
from orders.sources.pages.base import RIGHT, source_or_404
from orders.sources.pages.forms import PeriodForm, ReplayForm
from orders.sources.pulling import can_pull, start_pull
from orders.sources.replaying import replay
from orders.sources.words import sentence_of

_asks = require_http_methods(["GET", "HEAD", "POST"])
_for_admins = permission_required(RIGHT, raise_exception=True)


def _ask(request, name: str, title: str, *, status: int = 200, **context):
    response = dialog(
        request,
        title=title,
        action=request.path,
        method="post",
        fields=f"orders/sources/_{name}_text.html",
        foot=f"orders/sources/_{name}_foot.html",
        **context,
    )
    response.status_code = status
    return response


@_asks
@_for_admins
def remove(request, pk: int):
    """Ask, then take nothing from it any more."""
    source = source_or_404(request, pk)
    if source.api_key and source.api_key.is_usable:  # its next order would make it anew
        toast(request, _("Revoke the key first, or switch the source off."), tone="bad")
        return redirect("orders:sources")
    if request.method != "POST":
        return _ask(request, "remove", _("Remove this source?"), source=source)
    remove_source(source, actor=request.user)
    toast(request, _("%(name)s is removed. Its orders stay.") % {"name": source.name})
    return redirect("orders:sources")


@_asks
@_for_admins
def switch(request, pk: int):
    """Say what switching off means, then do it; switching on needs no question."""
    source = source_or_404(request, pk)
    if request.method != "POST":
        return _ask(request, "switch", _("Switch %(name)s off?") % {"name": source.name}, source=source)
    is_on = request.POST.get("state") == "on"
    switch_source(source, is_on=is_on, actor=request.user)
    words = _("%(name)s is on.") if is_on else _("%(name)s is off.")
    toast(request, words % {"name": source.name})
    return redirect("orders:sources")


@_asks
@_for_admins
def renew(request, pk: int):
    """Another address: whoever knew the old one sends into nothing."""
    source = source_or_404(request, pk)
    if not source.hook_key:
        return redirect("orders:source-edit", pk)
    if request.method != "POST":
        return _ask(request, "renew", _("Another address for %(name)s?") % {"name": source.name})
    renew_address(source, actor=request.user)
    toast(request, _("%(name)s has a new address. Enter it at the sender.") % {"name": source.name})
    return redirect("orders:source-edit", pk)


@require_POST
@_for_admins
def mute(request, pk: int):
    """No alarm until tomorrow."""
    source = source_or_404(request, pk)
    tomorrow = timezone.now().astimezone(source.tz).date() + timedelta(days=1)
    mute_source(source, until=day_start(tomorrow, source.tz))
    toast(request, _("%(name)s is muted until tomorrow.") % {"name": source.name})
    return redirect("orders:sources")


@require_POST
@_for_admins
def check(request, pk: int):
    """Ask the API of the sender for something small, and tell what comes of it."""
    source = source_or_404(request, pk)
    if source.kind not in VENDORS or format_of(source.kind).API_URL is None:
        return redirect("orders:source-edit", pk)
    try:
        ask(source, format_of(source.kind).CHECK_PATH)
    except NotPossible as error:
        toast(request, sentence_of(error.code, error.detail), tone="bad")
    except NotReached as error:
        toast(request, str(error), tone="bad")
    else:
        toast(request, _("%(name)s answers, and our access key is right.") % {"name": source.name})
    return redirect("orders:sources")


@_asks
@_for_admins
def pull(request, pk: int):
    """From when on, then fetch it in the background."""
    source = source_or_404(request, pk)
    if not can_pull(source):
        toast(request, _("Enter an access key first: without one nothing can be fetched."), tone="bad")
        return redirect("orders:source-edit", pk)
    form = PeriodForm(request.POST or None, source=source)
    if request.method != "POST" or not form.is_valid():
        title = _("Fetch missed orders of %(name)s") % {"name": source.name}
        return _ask(request, "pull", title, form=form, status=422 if request.method == "POST" else 200)
    since = day_start(form.cleaned_data["since"], source.tz)
    url = reverse("orders:source-events", args=[source.pk])
    start_pull(source, since=since, actor=request.user, url=url)
    toast(request, _("Missed orders of %(name)s are being fetched.") % {"name": source.name})
    return redirect("jobs:list")


@_asks
@_for_admins
def work_again(request, pk: int):
    """Which messages, then work on them again."""
    source = source_or_404(request, pk)
    form = ReplayForm(request.POST or None, source=source)
    if request.method != "POST" or not form.is_valid():
        title = _("Work on messages of %(name)s again") % {"name": source.name}
        return _ask(request, "replay", title, form=form, status=422 if request.method == "POST" else 200)
    count = replay(
        source,
        since=day_start(form.cleaned_data["since"], source.tz),
        until=day_start(form.cleaned_data["until"] + timedelta(days=1), source.tz),
        takes_all=form.cleaned_data["which"] == "all",
    )
    toast(request, _told(count))
    return redirect("orders:sources")


@require_POST
@_for_admins
def work_on_trouble(request, pk: int, code: str):
    """All messages of a source that wait for the same reason."""
    count = replay(source_or_404(request, pk), code=code)
    toast(request, _told(count))
    return redirect("orders:sources")


def _told(count: int) -> str:
    words = ngettext(
        "%(count)d message is worked on again.", "%(count)d messages are worked on again.", count
    )
    return words % {"count": count} if count else _("There is no such message any more.")
