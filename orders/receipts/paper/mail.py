"""A receipt by mail: HTML with the PDF beside it."""

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from backoffice.audit.services import audit
from backoffice.core.text.formats import formats_for
from orders.models import Order
from orders.receipts.paper.document import paper_of
from orders.receipts.paper.pdf import paper_pdf


class NotAllowed(ValidationError):
    """The customer may not be contacted, and did not ask for it just now (PRODUCT G5)."""


@transaction.atomic
def send_receipt(order: Order, *, to: str, asked_for_it: bool, actor=None) -> None:
    """Send the receipt in the language in use; the mail leaves with the transaction.

    It goes out with marketing off; with contact permission off only when the customer asked for it in
    this moment. Raises NotAllowed. The log keeps that it was sent, not where.
    """
    customer = order.customer
    if customer is not None and not customer.contact_consent and not asked_for_it:
        raise NotAllowed(
            _("This customer may not be contacted. Tick that they asked for it just now."), code="permission"
        )
    paper = paper_of(order, formats_for(order.organisation))
    subject = _("Your receipt %(number)s from %(house)s")
    mail = EmailMultiAlternatives(
        subject % {"number": paper.number, "house": order.organisation.name},
        render_to_string("orders/receipts/mail/receipt.txt", {"paper": paper}),
        to=[to],
    )
    html = render_to_string("orders/receipts/mail/receipt.html", {"paper": paper})
    mail.attach_alternative(html, "text/html")
    name = _("receipt-%(number)s") % {"number": order.pk} + ".pdf"
    mail.attach(name, paper_pdf(paper), "application/pdf")
    mail.send()
    audit(action="order.receipt_sent", subject=order, actor=actor)
