"""Contact points on the profile: one form to add, one press for all else."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.core.pages.toasts import toast
from backoffice.core.text import phones
from customers.access import get_customer
from customers.choices import ContactKind
from customers.contacts.changing import (
    CHANGES,
    OF_EMAILS,
    Changed,
    ContactKnown,
    ContactTaken,
    add_point,
    change_point,
)
from customers.contacts.forms import ContactForm
from customers.contacts.showing import may_change
from customers.models import ContactPoint, Customer


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("customers.change_customer", raise_exception=True)
def add(request, pk: int):
    """GET asks for a phone or an e-mail, as a dialog for htmx; POST adds it."""
    customer = get_customer(request, pk)
    form = ContactForm(request.POST or None, region=customer.country or request.organisation.country)
    if request.method == "POST" and form.is_valid() and _add(request, customer, form):
        toast(request, _("%(value)s is added.") % {"value": _shown(form.cleaned_data["value"])})
        return redirect("customers:profile", pk)
    is_dialog = request.htmx and request.method != "POST"
    template = "customers/contacts/_dialog.html" if is_dialog else "customers/contacts/add.html"
    context = {"customer": customer, "form": form}
    return render(request, template, context, status=422 if form.errors else 200)


def _add(request, customer: Customer, form: ContactForm) -> bool:
    values = form.cleaned_data
    is_first = "is_first" in request.POST
    if is_first and "@" in values["value"] and not may_change(request.user)["email"]:
        raise PermissionDenied
    try:
        add_point(customer, **values, is_first=is_first, actor=request.user)
    except ContactKnown:
        form.add_error("value", _("The customer has this one already."))
    except ContactTaken as taken:
        form.add_error("value", _taken(taken.existing))
    return not form.errors


def _taken(existing: Customer):
    url = reverse("customers:profile", args=[existing.pk])
    link = format_html('<a href="{}">{}</a>', url, existing.name)
    sentence = _("Belongs to {name}. If both use it, tick that several people share it.")
    return format_html(sentence, name=link)


@require_POST
@permission_required("customers.change_customer", raise_exception=True)
def change(request, pk: int, point_id: int):
    """POST `do`, one of CHANGES; with undo in the toast."""
    customer = get_customer(request, pk)
    point = get_object_or_404(ContactPoint, pk=point_id, customer=customer)
    wanted = request.POST.get("do", "")
    if wanted not in CHANGES:
        raise Http404
    if wanted in OF_EMAILS and point.kind != ContactKind.EMAIL:
        raise Http404
    if wanted not in OF_EMAILS and not may_change(request.user)[point.kind]:
        raise PermissionDenied
    try:
        changed = change_point(customer, point_id, change=wanted, actor=request.user)
    except ContactTaken as taken:
        text = _("It is %(name)s's alone. Mark it as shared there first.") % {"name": taken.existing.name}
        toast(request, text, tone="bad")
    else:
        _tell(request, customer, wanted, changed, was_shared=point.is_shared)
    return redirect("customers:profile", pk)


def _tell(request, customer: Customer, change: str, changed: Changed, *, was_shared: bool) -> None:
    sentences = {
        "first": _("%(value)s is the first now."),
        "use": _("%(value)s is in use again."),
        "alias": _("%(value)s is kept for finding only."),
        "share": _("%(value)s is shared now."),
        "unshare": _("%(value)s is this customer's alone now."),
        "bounced": _("%(value)s is marked as undeliverable."),
        "works": _("%(value)s works again."),
        "remove": _("%(value)s is removed."),
    }
    text = sentences[change] % {"value": _shown(changed.value)}
    if changed.has_ended_consent:
        text += " " + _("The marketing consent of the old address has ended: ask the customer again.")
        toast(request, text)
    elif changed.undo.startswith("add"):
        ticks = {"is_shared": was_shared, "is_first": changed.undo == "add-first"}
        fields = {name: "on" for name, is_ticked in ticks.items() if is_ticked}
        url = reverse("customers:contact-add", args=[customer.pk])
        toast(request, text, undo_url=url, value=changed.value, **fields)
    else:
        url = reverse("customers:contact", args=[customer.pk, changed.undo_pk])
        toast(request, text, undo_url=url, do=changed.undo)


def _shown(value: str) -> str:
    return value if "@" in value else phones.international(value)
