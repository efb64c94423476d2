"""Views that place ready rows into our own templates: what a page costs before anything is read."""

from unittest.mock import patch

from django.shortcuts import render

from customers.views import profile as profile_module
from customers.views.list import CustomerListView

_ready: dict = {}


def ready_list(request):
    """The table of the list with the rows of the first request, behind the same sign-in."""
    if "list" not in _ready:
        context = CustomerListView.as_view()(request).context_data
        context.pop("view")
        context["rows"] = list(context["rows"])
        _ready["list"] = context
    return render(request, "customers/_table.html", dict(_ready["list"]))


def ready_profile(request, pk: int):
    """The whole profile with the context of the first request."""
    if "profile" not in _ready:
        with patch.object(profile_module, "render", lambda request, name, context: context):
            _ready["profile"] = profile_module.profile(request, pk)
    return render(request, "customers/profile.html", dict(_ready["profile"]))
