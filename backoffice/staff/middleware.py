from django.utils import timezone, translation
from structlog.contextvars import bind_contextvars

from backoffice.staff.own_sessions.tracking import note_session
from backoffice.staff.recent_sign_in import forget_old_unsent


class StaffMiddleware:
    """Name the place a signed-in person works in: organisation, membership, location.

    Every queryset starts from `request.organisation`. `request.location` is the one chosen in the
    sidebar, None means all. Language and time zone follow the person and the place; both are set,
    never reset afterwards, because a streamed download is written after this returns.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        request.membership = user.membership if user.is_authenticated else None
        request.organisation = request.membership and request.membership.organisation
        request.location = request.membership and request.membership.location
        if request.membership:
            self._follow(user, request.organisation)
            forget_old_unsent(request)
            note_session(request)
        else:
            timezone.deactivate()
        return self.get_response(request)

    def _follow(self, user, organisation):
        bind_contextvars(user_id=user.pk, organisation_id=organisation.pk)
        translation.activate(user.language)
        timezone.activate(organisation.tz)
