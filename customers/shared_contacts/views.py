"""Which phones and e-mails are shared from the start: a page for administrators."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.pages.toasts import toast
from backoffice.core.text.phones import normalise_phone
from customers.models.customer import email_key
from customers.shared_contacts import patterns
from customers.shared_contacts.forms import PatternForm, TestForm

_for_admins = permission_required("staff.manage_modules", raise_exception=True)


@dataclass(frozen=True)
class ShownPattern:
    """`met` contact points, None while nobody has asked; `own` of them are not shared yet."""

    pattern: str
    met: int | None = None
    own: int = 0


@require_safe
@_for_admins
def show(request):
    """`value` is tried out; with `count` what the built-in patterns meet is counted as well."""
    return _page(request, PatternForm())


@require_POST
@_for_admins
def add(request):
    form = PatternForm(request.POST)
    if form.is_valid():
        try:
            pattern = patterns.add_pattern(
                request.organisation, form.cleaned_data["pattern"], actor=request.user
            )
        except ValidationError as error:
            form.add_error("pattern", error)
        else:
            undo_url = reverse("shared-contacts:remove")
            text = _("%(pattern)s is added: what it meets is shared from now on.") % {"pattern": pattern}
            toast(request, text, undo_url=undo_url, pattern=pattern)
            return redirect("shared-contacts:list")
    return _page(request, form, status=422)


@require_POST
@_for_admins
def remove(request):
    pattern = request.POST.get("pattern", "")
    if patterns.remove_pattern(request.organisation, pattern, actor=request.user):
        text = _("%(pattern)s is removed. What is marked as shared stays so.") % {"pattern": pattern}
        toast(request, text, undo_url=reverse("shared-contacts:add"), pattern=pattern)
    return redirect("shared-contacts:list")


@require_POST
@_for_admins
def apply(request):
    """Mark what is stored already and met by one pattern of the page."""
    pattern = request.POST.get("pattern", "")
    if pattern not in (*request.organisation.shared_contacts, *settings.SHARED_CONTACTS):
        raise Http404
    count = patterns.apply_pattern(request.organisation, pattern, actor=request.user)
    text = ngettext(
        "%(count)d contact point is marked as shared.",
        "%(count)d contact points are marked as shared.",
        count,
    )
    toast(request, text % {"count": count})
    return redirect("shared-contacts:list")


def _page(request, form: PatternForm, *, status: int = 200):
    organisation = request.organisation
    is_counted = "count" in request.GET
    own, built_in = organisation.shared_contacts, list(settings.SHARED_CONTACTS)
    counted = [*own, *built_in] if is_counted else own
    counts = dict(zip(counted, patterns.count_met(organisation, counted), strict=True))
    context = {
        "form": form,
        "own": [ShownPattern(pattern, *counts[pattern]) for pattern in own],
        "built_in": [ShownPattern(pattern, *counts.get(pattern, ())) for pattern in built_in],
        "is_counted": is_counted,
        **_tried(request),
    }
    return render(request, "customers/shared_contacts/page.html", context, status=status)


def _tried(request) -> dict:
    """`met_by` is the pattern that meets what was typed, empty for none, None when nothing was."""
    form = TestForm(request.GET if "value" in request.GET else None)
    met_by = None
    if form.is_valid() and (value := form.cleaned_data["value"]):
        try:
            key = email_key(value) if "@" in value else normalise_phone(value, request.organisation.country)
            met_by = patterns.pattern_of(request.organisation, key)
        except ValidationError as error:
            form.add_error("value", error)
    return {"tried": form, "met_by": met_by}
