"""The page behind `/`, and the first steps of a new organisation."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from backoffice.dashboard.first_steps import first_steps
from backoffice.dashboard.overview import overview_of
from backoffice.staff.services import end_first_steps


@require_safe
def home(request):
    """The overview; who sets up a new organisation begins with the first steps."""
    if not request.user.get_all_permissions():
        raise PermissionDenied
    if request.organisation.is_new and request.user.has_perm("staff.manage_modules"):
        return redirect("first-steps")
    formats = formats_for(request.organisation)
    overview = overview_of(request.organisation, request.location, formats, request.user.has_perm)
    shown = {"overview": overview, "today": formats.long_day(formats.today)}
    return render(request, "dashboard/overview.html", shown)


@require_safe
@permission_required("staff.manage_modules", raise_exception=True)
def show_first_steps(request):
    """What is still to do; when all is done the page goes away by itself. Five queries."""
    steps = first_steps(request.organisation)
    if steps.are_done and request.organisation.is_new:
        end_first_steps(request.organisation, actor=request.user)
        toast(request, _("All first steps are done."))
        return redirect("customers:list")
    return render(request, "dashboard/first_steps.html", {"first": steps})


@require_POST
@permission_required("staff.manage_modules", raise_exception=True)
def hide_first_steps(request):
    """Put them aside; what is left open can be done from its own page."""
    end_first_steps(request.organisation, actor=request.user)
    toast(request, _("First steps are hidden. You find everything in the navigation."))
    return redirect("customers:list")
