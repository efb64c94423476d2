"""The page behind `/`."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from backoffice.navigation import first_page


@require_safe
def home(request):
    """Work begins at the first page of the sidebar that this person may see."""
    url = first_page(request)
    if url is None:
        raise PermissionDenied
    return redirect(url)
