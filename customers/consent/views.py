"""Consent switches: granting asks for evidence, withdrawing is immediate and can be undone."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.core.pages.addresses import whole_number
from backoffice.core.pages.toasts import toast
from customers.access import get_customer
from customers.choices import ConsentAction, Purpose
from customers.consent.forms import GrantForm
from customers.consent.ledger import grant_consent, undo_withdrawal, withdraw_consent
from customers.consent.switches import consent_switches
from customers.consent.wordings import current_wording
from customers.models import ConsentEntry

UNDO_WITHIN = timedelta(minutes=10)


@require_http_methods(["GET", "HEAD", "POST"])
def switch(request, pk: int, purpose: str):
    """GET asks for evidence; POST `state=granted` with it grants, POST `state=withdrawn` withdraws."""
    if not request.user.has_perm("customers.view_customer"):
        raise PermissionDenied
    customer = get_customer(request, pk)
    purpose = _purpose(purpose)
    if request.method == "POST" and request.POST.get("state") == ConsentAction.WITHDRAWN:
        return _withdraw(request, customer, purpose)
    if not request.user.has_perm("customers.grant_consent"):
        raise PermissionDenied
    return _grant(request, customer, purpose)


@require_POST
def undo(request, pk: int, purpose: str):
    """Take a withdrawal back that was recorded a moment ago; the grant's own evidence stands again."""
    if not request.user.has_perm("customers.withdraw_consent"):
        raise PermissionDenied
    customer = get_customer(request, pk)
    entry_id = whole_number(request.POST.get("entry"))
    entry = get_object_or_404(ConsentEntry, pk=entry_id, customer=customer, purpose=_purpose(purpose))
    # only the person who recorded it, and not for ever: later it is a grant and needs evidence
    is_own = entry.actor_id == request.user.pk
    is_fresh = timezone.now() - entry.recorded_at < UNDO_WITHIN
    if is_own and is_fresh and undo_withdrawal(entry, actor=request.user):
        toast(request, _("The withdrawal is undone."))
    else:
        toast(request, _("This can no longer be undone."), tone="bad")
    customer.refresh_from_db()
    return _answer(request, customer)


def _purpose(text: str) -> Purpose:
    if text not in Purpose.values:
        raise Http404
    return Purpose(text)


def _withdraw(request, customer, purpose):
    if not request.user.has_perm("customers.withdraw_consent"):
        raise PermissionDenied
    entry = withdraw_consent(customer, purpose, actor=request.user)
    undo_url = reverse("customers:consent-undo", args=[customer.pk, purpose])
    toast(
        request,
        _("%(purpose)s: withdrawal recorded.") % {"purpose": purpose.label},
        undo_url=undo_url,
        entry=str(entry.pk),
    )
    return _answer(request, customer)


def _grant(request, customer, purpose):
    form = GrantForm(request.POST or None, initial={"occurred_at": timezone.localtime()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        grant_consent(
            customer,
            purpose,
            method=values["method"],
            occurred_at=values["occurred_at"],
            origin=values["origin"],
            actor=request.user,
        )
        toast(request, _("%(purpose)s: consent saved.") % {"purpose": purpose.label})
        return _answer(request, customer)
    template = "customers/consent/_grant_dialog.html" if request.htmx else "customers/consent/grant.html"
    context = {
        "customer": customer,
        "purpose": purpose,
        "form": form,
        "wording": current_wording(customer.organisation, purpose, customer.language),
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _answer(request, customer):
    """The switches as they are now: as a fragment for htmx, else back on the profile."""
    if not request.htmx:
        return redirect("customers:profile", customer.pk)
    context = {"customer": customer, "switches": consent_switches(customer, request)}
    return render(request, "customers/consent/_switches_swap.html", context)
