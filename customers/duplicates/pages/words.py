"""How likely duplicates are told."""

from django.utils.translation import gettext_lazy as _

from customers.duplicates.groups import level_of
from customers.models import DuplicateCandidate

RIGHT = "customers.merge_customer"
LEVEL_WORDS = {"certain": _("almost certain"), "likely": _("likely"), "possible": _("possible")}
_LOOKS = {
    DuplicateCandidate.Reason.PHONE_AND_EMAIL: ("receipt", "neutral"),
    DuplicateCandidate.Reason.SURNAME_POSTCODE: ("info", "neutral"),
}


def reasons_of(reasons, against=()) -> list[tuple[str, str, object]]:
    """Icon, tone and sentence of what speaks for it, then of what speaks against it."""
    known = [code for code in reasons if code in DuplicateCandidate.Reason.values]
    said = [(*_LOOKS.get(code, ("check", "ok")), DuplicateCandidate.Reason(code).label) for code in known]
    doubts = [code for code in against if code in DuplicateCandidate.Against.values]
    return said + [("warn", "warn", DuplicateCandidate.Against(code).label) for code in doubts]


def level_word(score: int):
    return LEVEL_WORDS[level_of(score)]
