"""What can be done with one customer by one press, and the picture."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.pages.addresses import next_page
from backoffice.core.pages.toasts import toast
from customers.access import get_customer
from customers.records.registering import set_active
from customers.records.tagging import set_tags


@require_safe
@permission_required("customers.view_customer", raise_exception=True)
def picture(request, pk: int):
    """The customer's picture, for people of the organisation alone."""
    customer = get_customer(request, pk)
    if not customer.picture:
        raise Http404
    try:
        file = customer.picture.open()
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/webp", filename="picture.webp")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_POST
@permission_required("customers.deactivate_customer", raise_exception=True)
def deactivate(request, pk: int):
    """Done at once, with undo in the toast."""
    customer = get_customer(request, pk)
    if set_active(customer, is_active=False, actor=request.user):
        undo_url = reverse("customers:reactivate", args=[pk])
        toast(request, _("%(name)s is inactive now.") % {"name": customer.name}, undo_url=undo_url)
    return redirect(next_page(request, reverse("customers:profile", args=[pk])))


@require_POST
@permission_required("customers.deactivate_customer", raise_exception=True)
def reactivate(request, pk: int):
    customer = get_customer(request, pk)
    if set_active(customer, is_active=True, actor=request.user):
        undo_url = reverse("customers:deactivate", args=[pk])
        toast(request, _("%(name)s is active again.") % {"name": customer.name}, undo_url=undo_url)
    return redirect(next_page(request, reverse("customers:profile", args=[pk])))


@require_POST
@permission_required("customers.tag_customer", raise_exception=True)
def change_tags(request, pk: int):
    """Add the posted `add` or take the posted `remove` off; any role may (PRODUCT §3)."""
    customer = get_customer(request, pk)
    names = [name for name in customer.tag_names if name != request.POST.get("remove")]
    try:
        set_tags(customer, [*names, *request.POST.get("add", "").split(",")], actor=request.user)
    except ValidationError as error:
        toast(request, " ".join(error.messages), tone="bad")
    return redirect("customers:profile", pk)
