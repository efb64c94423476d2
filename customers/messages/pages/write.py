"""A message to one customer, and the question for their consent."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.core.pages.addresses import next_page
from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from customers.access import get_customer
from customers.choices import LeftOut
from customers.messages.eligibility import Rule
from customers.messages.forms import WriteForm
from customers.messages.opt_in import AskedAlready, GrantedAlready, ask_for_consent
from customers.messages.pages.base import for_writers
from customers.messages.panels import conversation_panel
from customers.messages.showing import reason_words
from customers.messages.writing import NotReached, reason_against, write_to_customer


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def write(request, pk: int):
    """GET is the conversation with its form as a page; POST sends, and goes back to where it was written."""
    customer = get_customer(request, pk)
    form = None
    if request.method == "POST":
        needs_asking = reason_against(customer, Rule.PERSONAL) == LeftOut.NO_CONTACT
        form = WriteForm(request.POST, needs_asking=needs_asking)
        if form.is_valid() and _sent(request, customer, form):
            toast(request, _("The message to %(name)s is on its way.") % {"name": customer.name})
            return redirect(next_page(request, reverse("messages:thread", args=[pk])))
    context = {
        "customer": customer,
        "panel": conversation_panel(customer, formats_for(request.organisation), form),
        "back": next_page(request, reverse("messages:thread", args=[pk])),
    }
    return render(request, "customers/messages/write.html", context, status=422 if form else 200)


def _sent(request, customer, form: WriteForm) -> bool:
    values = form.cleaned_data
    try:
        write_to_customer(
            customer,
            kind=values["kind"],
            subject=values["subject"],
            body=values["body"],
            actor=request.user,
            key=form.message_key,
            is_asked_for=values.get("is_asked_for", False),
        )
    except NotReached as error:
        form.add_error(None, _not_sent(error.reason))
    return not form.errors


def _not_sent(reason: LeftOut) -> str:
    return _("This message cannot go to this customer: %(reason)s.") % {"reason": reason_words(reason)}


@require_POST
@for_writers
def ask(request, pk: int):
    """Mail the question of the double opt-in."""
    customer = get_customer(request, pk)
    try:
        ask_for_consent(customer, actor=request.user)
    except NotReached as error:
        toast(request, _not_sent(error.reason), tone="bad")
    except AskedAlready:
        toast(request, _("This customer was asked less than a day ago."), tone="bad")
    except GrantedAlready:
        toast(request, _("This customer has agreed already."), tone="bad")
    else:
        toast(request, _("%(name)s is asked by e-mail.") % {"name": customer.name})
    return redirect(next_page(request, reverse("customers:profile", args=[pk])))
