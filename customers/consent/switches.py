"""The consent switches of a profile, each with its history in words (PRODUCT P7)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.text.formats import Formats, formats_for
from customers.choices import ConsentAction, ConsentMethod, OpenReason, Purpose, Source
from customers.consent.ledger import FLAGS, consent_history
from customers.models import ConsentEntry, Customer

HELP = {
    Purpose.MARKETING: gettext_lazy("Newsletter, offers, invitations"),
    Purpose.SYSTEM: gettext_lazy("Order status and reservations"),
    Purpose.CONTACT: gettext_lazy("May we keep the contact details and use them at all?"),
}
ACTION_LOOKS = {
    ConsentAction.GRANTED: ("ok", "check-circle"),
    ConsentAction.PENDING: ("warn", "clock"),
    ConsentAction.WITHDRAWN: ("bad", "minus-circle"),
}


@dataclass(frozen=True)
class HistoryLine:
    """One line of the ledger in words."""

    text: str
    detail: str
    wording: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Switch:
    """One purpose: what it is for, whether it is on, since when, and how that came."""

    purpose: str
    label: str
    help: str
    is_on: bool
    may_change: bool
    is_withdrawn: bool
    state: str
    tone: str
    icon: str
    history: list[HistoryLine]


def consent_switches(customer: Customer, request) -> list[Switch]:
    """The three switches; what this person may not turn is shown and cannot be turned. One query."""
    formats = formats_for(customer.organisation)
    history = consent_history(customer)
    may_grant = request.user.has_perm("customers.grant_consent")
    may_withdraw = request.user.has_perm("customers.withdraw_consent")
    return [
        _switch(customer, purpose, history[purpose], formats, may_grant, may_withdraw) for purpose in Purpose
    ]


def _switch(customer, purpose, lines, formats, may_grant, may_withdraw) -> Switch:
    is_on = getattr(customer, FLAGS[purpose])
    tone, icon = ACTION_LOOKS[lines[0].action] if lines else ("neutral", "minus-circle")
    return Switch(
        purpose=purpose,
        label=purpose.label,
        help=HELP[purpose],
        is_on=is_on,
        may_change=may_withdraw if is_on else may_grant,
        is_withdrawn=bool(lines) and lines[0].action == ConsentAction.WITHDRAWN,
        state=_state(lines[0], formats) if lines else _("Never given"),
        tone=tone,
        icon=icon,
        history=[_history_line(line, formats) for line in lines],
    )


def _state(line: ConsentEntry, formats: Formats) -> str:
    day = formats.day(formats.local(line.occurred_at).date())
    if line.action == ConsentAction.PENDING and line.origin in OPEN_STATES:
        return OPEN_STATES[line.origin] % {"day": day}
    words = {
        ConsentAction.GRANTED: _("Given on %(day)s, %(how)s"),
        ConsentAction.PENDING: _("Requested on %(day)s, %(how)s"),
        ConsentAction.WITHDRAWN: _("Withdrawn on %(day)s, %(how)s"),
    }
    return words[line.action] % {"day": day, "how": _how(line)}


OPEN_STATES = {
    OpenReason.AGREED_AT_TILL: gettext_lazy("Agreed at the till on %(day)s, counts once there is evidence"),
    OpenReason.ASKED_BY_EMAIL: gettext_lazy("Asked by e-mail on %(day)s, counts once they confirm"),
    OpenReason.EMAIL_CORRECTED: gettext_lazy("Ended on %(day)s with the old e-mail, ask the customer again"),
}
HOW = {
    ConsentMethod.IN_PERSON: gettext_lazy("in person"),
    ConsentMethod.PHONE: gettext_lazy("by phone"),
    ConsentMethod.PAPER: gettext_lazy("on paper"),
    ConsentMethod.WEB_FORM: gettext_lazy("by web form"),
    ConsentMethod.EMAIL: gettext_lazy("by e-mail"),
    ConsentMethod.IMPORT: gettext_lazy("by import"),
    ConsentMethod.STAFF: gettext_lazy("recorded by staff"),
}


def _how(line: ConsentEntry) -> str:
    return str(HOW[line.method])


def _history_line(line: ConsentEntry, formats: Formats) -> HistoryLine:
    tone, icon = ACTION_LOOKS[line.action]
    who = str(line.actor) if line.actor else str(Source(line.source).label)
    parts = [formats.moment(line.occurred_at), who]
    if line.wording_version:
        parts.append(
            _("wording %(version)s, %(language)s")
            % {
                "version": line.wording_version,
                "language": line.language,
            }
        )
    if line.recorded_at.date() != line.occurred_at.date():
        parts.append(_("recorded %(moment)s") % {"moment": formats.moment(line.recorded_at)})
    return HistoryLine(_what(line), " · ".join(parts), line.wording, tone, icon)


def _what(line: ConsentEntry) -> str:
    if line.action == ConsentAction.PENDING and line.origin in OPEN_STATES:
        return str(OpenReason(line.origin).label)
    text = f"{ConsentAction(line.action).label}, {_how(line)}"
    return f"{text}: {line.origin}" if line.origin else text
