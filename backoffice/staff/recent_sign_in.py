"""Pages that hand out rights ask for the password again when it was last typed a while ago."""

import time
from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse

_KEY = "password_typed_at"


def remember(request) -> None:
    """Note in the session that the password was typed just now."""
    request.session[_KEY] = time.time()


def is_recent(request) -> bool:
    typed_at = request.session.get(_KEY, 0)
    return time.time() - typed_at < settings.RECENT_SIGN_IN_SECONDS


class RecentSignInMixin:
    """Put after the permission mixin: those without the right learn nothing, not even a question."""

    def dispatch(self, request, *args, **kwargs):
        if is_recent(request):
            return super().dispatch(request, *args, **kwargs)
        # What was typed into a form is asked for again: it must not wait in a session.
        after = request.path if request.method in {"GET", "HEAD"} else reverse("staff:team")
        return redirect(f"{reverse('staff:confirm')}?{urlencode({'next': after})}")
