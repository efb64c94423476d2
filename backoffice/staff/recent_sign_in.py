"""Pages that hand out rights ask for the password again when it was last typed a while ago.

What was posted to such a page waits in the session meanwhile and is shown once in its form again;
it is never sent by itself, because what a person meant ten minutes ago is theirs to confirm.
"""

import time
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse

_KEY = "password_typed_at"
_UNSENT_KEY = "unsent"
UNSENT_MAX_CHARACTERS = 10_000


@dataclass(frozen=True)
class Unsent:
    """What somebody posted to `path` while their password was asked for."""

    path: str
    data: QueryDict


def remember(request) -> None:
    """Note in the session that the password was typed just now."""
    request.session[_KEY] = time.time()


def is_recent(request) -> bool:
    typed_at = request.session.get(_KEY, 0)
    return time.time() - typed_at < settings.RECENT_SIGN_IN_SECONDS


def keep_unsent(request, page: str) -> None:
    """Keep what was posted for the form on `page`: the last one only, no passwords, no files."""
    data = request.POST.copy()
    for name in list(data):
        if name == "csrfmiddlewaretoken" or "password" in name.casefold():
            del data[name]
    text = data.urlencode()
    request.session.pop(_UNSENT_KEY, None)
    if len(text) <= UNSENT_MAX_CHARACTERS:
        request.session[_UNSENT_KEY] = {
            "page": page,
            "path": request.path,
            "text": text,
            "organisation": request.organisation.pk,
            "at": time.time(),
        }


def has_unsent(request, page: str) -> bool:
    """Whether something waits for `page`; another organisation's page has the same address."""
    kept = request.session.get(_UNSENT_KEY, {})
    return (kept.get("page"), kept.get("organisation")) == (page, request.organisation.pk)


def take_unsent(request) -> Unsent | None:
    """What waits for the page that is asked for. It is given out once."""
    if request.method != "GET" or not has_unsent(request, request.path):
        return None
    kept = request.session.pop(_UNSENT_KEY)
    return Unsent(kept["path"], QueryDict(kept["text"]))


def forget_old_unsent(request) -> None:
    """What nobody came back for leaves the session with the next request."""
    kept = request.session.get(_UNSENT_KEY)
    if kept and time.time() - kept["at"] >= settings.RECENT_SIGN_IN_SECONDS:
        del request.session[_UNSENT_KEY]


class RecentSignInMixin:
    """Put after the permission mixin: those without the right learn nothing, not even a question.

    Templates find what was typed before the question in `view.unsent`.
    """

    unsent: Unsent | None = None

    def dispatch(self, request, *args, **kwargs):
        if is_recent(request):
            self.unsent = take_unsent(request)
            return super().dispatch(request, *args, **kwargs)
        # A button without a page of its own stands on the team page.
        after = request.path if hasattr(self, "get") else reverse("staff:team")
        if request.method == "POST":
            keep_unsent(request, after)
        return redirect(f"{reverse('staff:confirm')}?{urlencode({'next': after})}")

    def get_initial(self):
        """Fill the page's form, if it has one, as it was."""
        typed = self.unsent.data.dict() if self.unsent else {}
        return super().get_initial() | typed
