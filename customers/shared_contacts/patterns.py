"""An organisation's own patterns of shared contacts: added, removed, counted, applied to what is stored."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from backoffice.audit.services import audit
from backoffice.core.database.lookups import like
from backoffice.core.text.relays import is_met
from backoffice.staff.models import Organisation
from customers.choices import ContactKind
from customers.models import ContactPoint

MOST = 100
_FEWEST_DIGITS = 6
_PIECE = 1_000
_PHONE = re.compile(r"\+[0-9*]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
# Where people have their own addresses: a pattern that meets any two names there meets everybody.
_OF_PEOPLE = (
    *("gmail.com", "googlemail.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de"),
    *("freenet.de", "arcor.de", "outlook.com", "outlook.de", "hotmail.com", "hotmail.de", "hotmail.es"),
    *("live.com", "live.de", "yahoo.com", "yahoo.de", "yahoo.es", "icloud.com", "me.com", "aol.com"),
    *("mail.com", "msn.com", "posteo.de", "mailbox.org", "proton.me", "bluewin.ch", "telefonica.net"),
)
_NAMES = ("anna.sample", "q7", "3-xz_9")


def read_pattern(text: str) -> str:
    """A pattern as it is kept. Raises ValidationError with what to do where it would meet too much."""
    pattern = "".join(text.split()).casefold()
    if "@" in pattern:
        _check_email(pattern)
        return pattern
    pattern = re.sub(r"[-/().]", "", pattern)
    if not _PHONE.fullmatch(pattern):
        raise ValidationError(
            _(
                "Write an e-mail such as *@orders.example.org, or a phone with its country code such as "
                "+4930123*. The star stands for anything."
            ),
            code="pattern",
        )
    if sum(character.isdigit() for character in pattern) < _FEWEST_DIGITS:
        message = _("This would meet many people's phones. Name at least %(count)d digits.")
        raise ValidationError(message, code="wide", params={"count": _FEWEST_DIGITS})
    return pattern


def _check_email(pattern: str) -> None:
    if not _EMAIL.fullmatch(pattern):
        message = _("This is no e-mail. Write one with one @, for example *@orders.example.org.")
        raise ValidationError(message, code="pattern")
    for domain in _OF_PEOPLE:
        if sum(is_met(pattern, f"{name}@{domain}") for name in _NAMES) > 1:
            message = _(
                "This would meet everybody who has an address at %(domain)s, and no e-mail there would find "
                "anybody any more. Name the domain of the platform, or the one address that several share."
            )
            raise ValidationError(message, code="wide", params={"domain": domain})


@transaction.atomic
def add_pattern(organisation: Organisation, text: str, *, actor) -> str:
    """Returns the pattern as it is kept. Raises ValidationError."""
    pattern = read_pattern(text)
    own = _locked(organisation)
    if pattern in own or pattern in settings.SHARED_CONTACTS:
        raise ValidationError(_("This pattern is in the list already."), code="known")
    if len(own) >= MOST:
        message = _("There are %(count)d patterns already. Remove one that is no longer needed.")
        raise ValidationError(message, code="limit", params={"count": MOST})
    _keep(organisation, [*own, pattern])
    _log(organisation, "shared_pattern_added", actor, pattern)
    return pattern


@transaction.atomic
def remove_pattern(organisation: Organisation, pattern: str, *, actor) -> bool:
    """What it has marked as shared stays so. False when there is no such pattern."""
    own = _locked(organisation)
    if pattern not in own:
        return False
    _keep(organisation, [one for one in own if one != pattern])
    _log(organisation, "shared_pattern_removed", actor, pattern)
    return True


def apply_pattern(organisation: Organisation, pattern: str, *, actor) -> int:
    """Mark the stored contact points that a pattern meets as shared; returns how many were not."""
    found = _points(organisation).filter(_meets(pattern), is_shared=False).order_by("pk")
    count = 0
    # piece by piece: many rows at once would keep all other writers waiting
    while ids := list(found.values_list("pk", flat=True)[:_PIECE]):
        count += ContactPoint.objects.filter(pk__in=ids, is_shared=False).update(is_shared=True)
    if count:
        _log(organisation, "shared_pattern_applied", actor, pattern, count=count)
    return count


def count_met(organisation: Organisation, patterns: list[str]) -> list[tuple[int, int]]:
    """Of each pattern: how many contact points it meets, and how many of these are not shared yet. One query,
    which reads all contact points of the organisation."""
    if not patterns:
        return []
    counts = {}
    for number, pattern in enumerate(patterns):
        counts[f"met_{number}"] = Count("pk", filter=_meets(pattern))
        counts[f"own_{number}"] = Count("pk", filter=_meets(pattern) & Q(is_shared=False))
    found = _points(organisation).aggregate(**counts)
    return [(found[f"met_{number}"], found[f"own_{number}"]) for number in range(len(patterns))]


def pattern_of(organisation: Organisation, key: str) -> str:
    """The first pattern that meets a phone (E.164) or an e-mail; empty when none does."""
    patterns = (*organisation.shared_contacts, *settings.SHARED_CONTACTS)
    return next((pattern for pattern in patterns if is_met(pattern, key)), "")


def _points(organisation):
    return ContactPoint.objects.filter(organisation=organisation)


def _meets(pattern: str) -> Q:
    kind = ContactKind.EMAIL if "@" in pattern else ContactKind.PHONE
    return Q(kind=kind, key__like=like(pattern.casefold()))


def _locked(organisation: Organisation) -> list[str]:
    locked = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    return locked.shared_contacts


def _keep(organisation: Organisation, patterns: list[str]) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(shared_contacts=patterns)
    organisation.shared_contacts = patterns


def _log(organisation: Organisation, what: str, actor, pattern: str, **details) -> None:
    """By its kind alone: a pattern may be the address of a person."""
    kind = "email" if "@" in pattern else "phone"
    action = f"organisation.{what}"
    audit(action=action, subject=organisation, organisation=organisation, actor=actor, kind=kind, **details)
