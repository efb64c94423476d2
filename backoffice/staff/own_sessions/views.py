"""The devices on which a person is signed in, and buttons to sign out there."""

import structlog
from allauth.usersessions.models import UserSession
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from backoffice.core.pages.toasts import toast
from backoffice.staff.own_sessions.ending import end_sessions, keep_signed_in
from backoffice.staff.own_sessions.user_agents import browser_words

logger = structlog.get_logger(__name__)


class SessionsView(TemplateView):
    """Those that still let somebody in; this browser first, then by when they were seen."""

    template_name = "staff/sessions.html"

    def get_context_data(self, **kwargs):
        rows = UserSession.objects.purge_and_list(self.request.user)
        for row in rows:
            row.browser = browser_words(row.user_agent)
        rows.sort(key=lambda row: (row.is_current(), row.last_seen_at), reverse=True)
        return super().get_context_data(sessions=rows, **kwargs)


@require_POST
def end_session(request, pk):
    """Sign out on one device. For this one there is the button to sign out."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.is_current():
        return redirect("account_logout")
    session.end()
    logger.info("session_ended", user_id=request.user.pk)
    toast(request, _("That device is signed out."))
    return redirect("staff:sessions")


@require_POST
def end_other_sessions(request):
    end_sessions(request.user)
    keep_signed_in(request, request.user)
    logger.info("other_sessions_ended", user_id=request.user.pk)
    toast(request, _("All other devices are signed out."))
    return redirect("staff:sessions")
