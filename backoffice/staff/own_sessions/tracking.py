"""Address, browser and time of each session, written every few minutes and not with every request."""

import time

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils.timezone import now

SECONDS_BETWEEN_NOTES = 300
_KEY = "seen_at"


def note_session(request) -> None:
    """Remember where this session was seen. Those from before there was a list come in with this, too."""
    moment = time.time()
    if moment - request.session.get(_KEY, 0) >= SECONDS_BETWEEN_NOTES:
        UserSession.objects.create_from_request(request)
        request.session[_KEY] = moment


def forget_ended_sessions() -> None:
    """Addresses and browsers are kept no longer than the session they belong to."""
    running = Session.objects.filter(expire_date__gt=now()).values("session_key")
    UserSession.objects.exclude(session_key__in=running).delete()
