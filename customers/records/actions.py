"""What can be done with one customer by one press, and the picture."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice.core.pages.addresses import next_page
from backoffice.core.pages.toasts import toast
from customers.access import get_customer
from customers.models import Tag
from customers.records.registering import set_active
from customers.records.tagging import change_tags as change_tags_of


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


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("customers.tag_customer", raise_exception=True)
def change_tags(request, pk: int):
    """Add the posted `add` and take the posted `remove` off, with undo; any role may (PRODUCT §3).

    GET answers with suggestions for the field.
    """
    customer = get_customer(request, pk)
    if request.method != "POST":
        context = {"all_tags": Tag.names_of(request.organisation)}
        return render(request, "customers/records/_tag_options.html", context)
    wanted = {name: request.POST.get(name, "").split(",") for name in ("add", "remove")}
    try:
        added, removed = change_tags_of(customer, **wanted, actor=request.user)
    except ValidationError as error:
        toast(request, " ".join(error.messages), tone="bad")
    else:
        _tell_tags(request, pk, added, removed)
    if request.htmx:
        return render(request, "customers/profile/_tags_swap.html", {"customer": customer, "is_swap": True})
    return redirect(next_page(request, reverse("customers:profile", args=[pk])))


def _tell_tags(request, pk: int, added: list[str], removed: list[str]) -> None:
    told = [(_("Added as tag: %(names)s."), added), (_("Removed as tag: %(names)s."), removed)]
    text = " ".join(sentence % {"names": ", ".join(names)} for sentence, names in told if names)
    if text:
        undo = {"add": ",".join(removed), "remove": ",".join(added)}
        toast(request, text, undo_url=reverse("customers:tags", args=[pk]), **undo)
    else:
        toast(request, _("Nothing was changed."))
