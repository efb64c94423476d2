"""The second factor goes on and off. Each change ends the person's sessions, is logged and mailed to them."""

import structlog
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from backoffice.staff.models import User
from backoffice.staff.own_sessions.ending import end_sessions
from backoffice.staff.second_factor.codes import APP, RECOVERY, hash_of, new_recovery_codes
from backoffice.staff.second_factor.sealing import seal

logger = structlog.get_logger(__name__)
_TOLD = {
    "on": _("From now on signing in also asks for a code of your app."),
    "off": _("Signing in no longer asks for a code: your password alone is enough."),
    "new_codes": _("You have new recovery codes for signing in. The old ones no longer work."),
    "reset": _(
        "An administrator took the second step of signing in off your account, for instance because your "
        "phone is lost. Your password alone is enough until you set it up again."
    ),
}


class AlreadyOn(Exception):
    """Somebody else, or another tab, was faster."""


@transaction.atomic
def switch_on(user: User, *, secret: str, step: int) -> list[str]:
    """Returns the recovery codes, which nobody can read again. `step` is that of the code that confirmed
    `secret`. Raises `AlreadyOn`.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if Authenticator.objects.filter(user=user, type=APP).exists():
        raise AlreadyOn
    Authenticator.objects.create(user=user, type=APP, data={"secret": seal.close(secret), "last_step": step})
    codes = _store_new_codes(user)
    _changed(user, "on")
    return codes


@transaction.atomic
def renew_codes(user: User) -> list[str]:
    """Returns ten codes in place of all earlier ones."""
    User.objects.select_for_update().get(pk=user.pk)
    codes = _store_new_codes(user)
    _changed(user, "new_codes")
    return codes


@transaction.atomic
def switch_off(user: User) -> None:
    _remove(user, "off")


@transaction.atomic
def reset(user: User) -> None:
    """For somebody who lost phone and codes."""
    _remove(user, "reset")


def _remove(user: User, how: str) -> None:
    if Authenticator.objects.filter(user=user).delete()[0]:
        _changed(user, how)


def _store_new_codes(user: User) -> list[str]:
    codes = new_recovery_codes()
    hashes = [hash_of(user.pk, code) for code in codes]
    Authenticator.objects.update_or_create(user=user, type=RECOVERY, defaults={"data": {"hashes": hashes}})
    return codes


def _changed(user: User, how: str) -> None:
    end_sessions(user)
    transaction.on_commit(lambda: logger.info(f"second_factor_{how}", user_id=user.pk, ends="sessions"))
    context = {"user": user, "what": _TOLD[how], "url": settings.BASE_URL + reverse("staff:account")}
    with translation.override(user.language):
        subject = " ".join(render_to_string("mail/second_factor_subject.txt").split())
        text = render_to_string("mail/second_factor_message.txt", context)
        mail = EmailMultiAlternatives(subject, text, to=[user.email])
        mail.attach_alternative(render_to_string("mail/second_factor_message.html", context), "text/html")
    mail.send()
