"""Telling people that a source has fallen silent."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from backoffice.staff.models import User
from orders.models import ConnectedSource


def send_alarm(person: User, source: ConnectedSource, *, hours: int) -> None:
    """In the language of the person."""
    with translation.override(person.language):
        subject = ngettext(
            "%(source)s has been silent for %(hours)d hour",
            "%(source)s has been silent for %(hours)d hours",
            hours,
        )
        values = {"source": source, "hours": hours, "page": f"{settings.BASE_URL}{reverse('orders:sources')}"}
        body = render_to_string("orders/sources/silent_mail.txt", values)
        EmailMessage(subject % {"source": source.name, "hours": hours}, body, to=[person.email]).send()
