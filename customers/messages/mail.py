"""Addresses that mails carry, and the mail of the double opt-in."""

from email.utils import formataddr
from functools import cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from customers.messages.senders import sender_of
from customers.models import Customer

_TOKEN = "TOKEN"  # noqa: S105


def preferences_address(token: str) -> str:
    return settings.BASE_URL + _path("preferences:show").replace(_TOKEN, token)


def unsubscribe_address(token: str) -> str:
    return settings.BASE_URL + _path("preferences:unsubscribe").replace(_TOKEN, token)


@cache
def _path(name: str) -> str:
    """Made once, not for each of a hundred thousand mails."""
    return reverse(name, args=[_TOKEN])


def send_question(customer: Customer, *, token: str, wording: str, until: str) -> None:
    """The sentence, the link and nothing else, in the language in use; leaves with the transaction."""
    url = settings.BASE_URL + reverse("preferences:confirm", args=[token])
    sender = sender_of(customer.organisation)
    house = customer.organisation.name
    context = {"house": house, "url": url, "wording": wording, "until": until}
    mail = EmailMultiAlternatives(
        _("Please confirm your e-mail for %(house)s") % {"house": house},
        render_to_string("customers/messages/mail/question.txt", context),
        from_email=formataddr((sender.name, sender.address)),
        to=[customer.email],
        reply_to=[sender.reply_to] if sender.reply_to else None,
    )
    mail.attach_alternative(render_to_string("customers/messages/mail/question.html", context), "text/html")
    mail.send()
