"""Sessions end at once: with the next request whoever held one is a stranger."""

from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.db.models import F

from backoffice.staff.models import User


def end_sessions(user: User) -> None:
    """End all of them, those too that no list knows. `keep_signed_in` spares the one of a request."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])


def keep_signed_in(request, user: User) -> None:
    """This session goes on, under a new key, after `end_sessions` or a new password has ended all of them."""
    before = request.session.session_key
    update_session_auth_hash(request, user)
    mine = UserSession.objects.filter(session_key=before)
    mine.update(session_key=request.session.session_key)
