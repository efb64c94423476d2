"""The link to a new password. The page does the same for every address; the worker finds out whose it is."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django_tasks import task

from backoffice.staff.auth import has_a_place
from backoffice.staff.models import User
from backoffice.staff.services import set_password_path


@task()
def mail_reset_link(email: str) -> None:
    user = User.objects.filter(email=email.strip().casefold(), is_active=True).first()
    if user is None or not has_a_place(user):
        return
    context = {"user": user, "password_reset_url": settings.BASE_URL + set_password_path(user)}
    with translation.override(user.language):
        subject = " ".join(render_to_string("mail/password_reset_subject.txt").split())
        text = render_to_string("mail/password_reset_message.txt", context)
        mail = EmailMultiAlternatives(subject, text, to=[user.email])
        mail.attach_alternative(render_to_string("mail/password_reset_message.html", context), "text/html")
    mail.send()
