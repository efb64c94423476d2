"""Views whose reads may be a moment old, and people who see at once what they have written.

Who sends a form carries a cookie for REPLICA_MAX_LAG_SECONDS, to whichever host, and reads from the primary
so long; a replica that is further behind is not read at all.
"""

from collections.abc import Callable
from functools import wraps

import structlog
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponseBase

from backoffice.core.database.replica import AWAY, may_read_late, reading_late
from backoffice.databases import REPLICA

COOKIE = "wrote"
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
logger = structlog.get_logger(__name__)


def reads_from_replica(view: Callable) -> Callable:
    """For a list, report or export: its reads may be a moment old. Without a replica it is the view itself.

    When the replica fails, the view is called anew on the primary.
    """
    if REPLICA not in settings.DATABASES:
        return view

    @wraps(view)
    def view_at_replica(request, *args, **kwargs):
        if request.method in _SAFE and COOKIE not in request.COOKIES and may_read_late():
            try:
                with reading_late():
                    return _rendered(view(request, *args, **kwargs))
            except AWAY as error:
                logger.warning("replica_failed", exc_info=error)
        return view(request, *args, **kwargs)

    return view_at_replica


class LateReadsMixin:
    """`reads_from_replica` for a view that is a class."""

    @classmethod
    def as_view(cls, **kwargs):
        return reads_from_replica(super().as_view(**kwargs))


def note_change(request) -> None:
    """Something that this person waits for was written elsewhere, by a worker for example."""
    request.has_change = True


class OwnChangesMiddleware:
    """Let people who write read from the primary for a while."""

    def __init__(self, get_response):
        if REPLICA not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        has_change = request.method not in _SAFE or getattr(request, "has_change", False)
        if has_change and request.user.is_authenticated:
            seconds, is_secure = settings.REPLICA_MAX_LAG_SECONDS, settings.SESSION_COOKIE_SECURE
            response.set_cookie(COOKIE, "1", max_age=seconds, secure=is_secure, httponly=True, samesite="Lax")
        return response


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    """A template that is rendered after the view would read elsewhere."""
    if hasattr(response, "render") and not response.is_rendered:
        response.render()
    return response
