"""A subscriber that takes nothing any more is paused, and people are told once."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.audit.services import audit
from backoffice.outbox.choices import PauseReason
from backoffice.outbox.models import Subscriber
from backoffice.staff.models import Membership, User


def pause_for(subscriber: Subscriber, reason: PauseReason, *, actor=None) -> bool:
    """Needs a transaction. Says whether it was on; of several workers one tells it."""
    now = timezone.now()
    paused = Subscriber.objects.on().filter(pk=subscriber.pk).update(paused_at=now, paused_reason=reason)
    if not paused:
        return False
    subscriber.paused_at, subscriber.paused_reason = now, reason
    audit(action="subscriber.paused", subject=subscriber, actor=actor, reason=reason)
    if reason != PauseReason.PERSON:
        for person in _watchers(subscriber):
            _write_to(person, subscriber)
    return True


def _watchers(subscriber: Subscriber) -> list[User]:
    """Everybody who may connect receivers in this organisation."""
    members = Membership.objects.filter(
        organisation=subscriber.organisation,
        is_active=True,
        user__is_active=True,
        group__permissions__codename="manage_subscriber",
    )
    return [member.user for member in members.select_related("user").order_by("pk")]


def _write_to(person: User, subscriber: Subscriber) -> None:
    """In the language of the person."""
    with translation.override(person.language):
        page = f"{settings.BASE_URL}{reverse('webhooks:log', args=[subscriber.pk])}"
        values = {"subscriber": subscriber, "page": page}
        body = render_to_string("outbox/paused_mail.txt", values)
        subject = _("Webhooks to %(name)s are paused") % {"name": subscriber.name}
        EmailMessage(subject, body, to=[person.email]).send()
