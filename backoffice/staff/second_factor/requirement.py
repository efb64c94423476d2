"""REQUIRE_SECOND_FACTOR: whoever it means sets the second factor up before anything else."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from backoffice.staff.models import Role, User

NOBODY, ADMINS, EVERYBODY = "nobody", "admins", "everybody"
# What the way to a second factor leads over; signing out and other public pages are open anyway.
_OPEN = {"staff:second_factor", "staff:confirm", "staff:choose_theme", "staff:choose_place", "toasts"}


def is_required_of(user: User) -> bool:
    """`admins` are those who administer the organisation they work in now, whatever their role is called."""
    if settings.REQUIRE_SECOND_FACTOR == ADMINS:
        return user.membership.role == Role.ADMIN or user.has_perm("staff.manage_team")
    return settings.REQUIRE_SECOND_FACTOR == EVERYBODY


class SecondFactorMiddleware:
    """Leads those who must have a second factor and have none to its page: from pages, fragments, buttons."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        is_open = not getattr(view, "login_required", True) or request.resolver_match.view_name in _OPEN
        if is_open or request.user.has_second_factor or not is_required_of(request.user):
            return None
        url = reverse("staff:second_factor")
        return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)
