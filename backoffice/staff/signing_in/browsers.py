"""Browsers somebody has signed in with before: wrong guesses made elsewhere do not hold them up."""

import secrets

from django.conf import settings
from django.core import signing

from backoffice.staff.signing_in.limits import account_key

KNOWN_SECONDS = 180 * 24 * 3600
_SALT = "known-browser"
_MOST_PEOPLE = 20  # a tablet at the bar has several


def cookie_name() -> str:
    return "__Host-known" if settings.HTTPS else "known"


def known_browser(request, account: str) -> str:
    """The id of this browser when the account's owner has signed in with it, else empty."""
    browser, accounts = _read(request)
    return browser if account in accounts else ""


def remember_browser(request, response, user) -> None:
    """Know this browser the next time this person signs in."""
    browser, accounts = _read(request)
    mine = account_key(user.email)
    others = [account for account in accounts if account != mine]
    accounts = [*others[1 - _MOST_PEOPLE :], mine]
    response.set_cookie(
        cookie_name(),
        signing.dumps([browser or secrets.token_urlsafe(16), accounts], salt=_SALT),
        max_age=KNOWN_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _read(request) -> tuple[str, list[str]]:
    try:
        return tuple(signing.loads(request.COOKIES[cookie_name()], salt=_SALT, max_age=KNOWN_SECONDS))
    except (KeyError, signing.BadSignature):
        return "", []
