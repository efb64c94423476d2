"""The page behind `/`, and the first steps of a new organisation."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.pages.toasts import toast
from backoffice.dashboard.first_steps import first_steps
from backoffice.navigation import first_page
from backoffice.staff.services import end_first_steps


@require_safe
def home(request):
    """Work begins at the first page of the sidebar that this person may see."""
    url = first_page(request)
    if url is None:
        raise PermissionDenied
    return redirect(url)


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
