"""How much a request may bring: said by its view, checked before anybody reads it."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

FORM_MAX_BYTES = 64 * 1024  # of whoever is not signed in: an address and a password
logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class BodyLimit:
    """Up to settings.`setting` bytes of files, beside what any form may hold, for whoever has `right`."""

    setting: str
    right: str

    def bytes_for(self, user) -> int:
        return getattr(settings, self.setting) if user.has_perm(self.right) else 0


def takes_files(setting: str, right: str) -> Callable:
    """Say of a view, a function or a class, that files come to it; see `BodyLimit`."""

    def mark(view):
        view.body_limit = BodyLimit(setting, right)
        return view

    return mark


class BodyLimitMiddleware:
    """Refuse what is too large while it is still on its way: nothing of it is read or stored.

    Before CSRF, which reads the body for its token, and behind what knows the person. A server stops
    reading a body of known length behind its end; one without a length nobody reads (WSGI).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if "Transfer-Encoding" in request.headers:
            return too_large(request, status=411)
        size = _size(request)
        if size and size > (limit := _limit(request.user, view)):
            logger.warning("body_too_large", route=request.resolver_match.route, bytes=size, limit=limit)
            return too_large(request)
        return None


@login_not_required
@require_safe
@never_cache
def may_send(request):
    """Asked by a proxy before it takes a body: 204, or 401 and 403 for what would be refused here.

    X-Original-Uri, X-Original-Method and X-Original-Length are those of the request it has in hand.
    """
    asked = request.headers
    is_read = asked.get("X-Original-Method") in ("GET", "HEAD")
    length = asked.get("X-Original-Length") or (0 if is_read else sys.maxsize)
    try:
        match = resolve(urlsplit(asked.get("X-Original-Uri", "")).path)
        if int(length) <= _limit(request.user, match.func):
            return HttpResponse(status=204)
    except (Resolver404, ValueError):
        pass
    return HttpResponse(status=403 if request.user.is_authenticated else 401)


@login_not_required
@require_safe
@never_cache
def show_too_large(request):
    """The page for what a proxy has refused; the proxy gives it its status."""
    return too_large(request, status=200)


def too_large(request, *, status: int = 413):
    return render(request, "413.html", status=status)


def _size(request) -> int:
    """As Django takes it: what is no number counts as no body, and none is read."""
    try:
        return int(request.META["CONTENT_LENGTH"])
    except (KeyError, ValueError):
        return 0


def _limit(user, view) -> int:
    if own := getattr(view, "max_body_bytes", 0):  # whoever it is: the view asks for a key before it reads
        return own
    if not user.is_authenticated:
        return FORM_MAX_BYTES
    files = getattr(getattr(view, "view_class", view), "body_limit", None)
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE + (files.bytes_for(user) if files else 0)
