"""Who may get a message (PRODUCT G4, G5, L9): one expression, for counting, freezing and each single mail."""

from enum import Enum

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from customers.choices import ConsentAction, ContactKind, LeftOut, MessageKind, Purpose
from customers.consent import FLAGS
from customers.models import ConsentEntry, ContactPoint, Customer, Message


class Rule(Enum):
    """What is asked of a recipient. To one customer a person may write about anything but advertising, also
    at an address that several share, and what was asked for goes out with the contact permission off."""

    PROMOTIONAL = "promotional"
    SERVICE = "service"
    PERSONAL = "personal"
    ASKED_FOR = "asked_for"


def rule_for(kind: str, *, is_single: bool = False, is_asked_for: bool = False) -> Rule:
    if kind == MessageKind.PROMOTIONAL:
        return Rule.PROMOTIONAL
    if not is_single:
        return Rule.SERVICE
    return Rule.ASKED_FOR if is_asked_for else Rule.PERSONAL


def rule_of(message: Message) -> Rule:
    return rule_for(message.kind, is_single=message.is_single, is_asked_for=message.is_asked_for)


def left_out(rule: Rule, prefix: str = "") -> Case:
    """The LeftOut code of a customer, empty when they get it; `prefix` leads from the row to the customer.

    The switches are the newest lines of the ledger (TRUST I4). Who was never asked for contact permission
    has not withdrawn it, as in `querysets.reachable`.
    """
    conditions = _conditions(rule, prefix)
    whens = [When(conditions[reason], then=Value(reason.value)) for reason in ASKED[rule]]
    return Case(*whens, default=Value(""), output_field=CharField())


def reached_by(customers: QuerySet[Customer], rule: Rule) -> QuerySet[Customer]:
    """Those of the customers who get it. What columns say comes first: most are left out by that, and by an
    index."""
    conditions = _conditions(rule, "")
    for reason in (LeftOut.INACTIVE, LeftOut.NO_CONSENT, LeftOut.NO_ADDRESS):
        if reason in ASKED[rule]:
            customers = customers.filter(~conditions[reason])
    return customers.annotate(reason=left_out(rule)).filter(reason="")


def _conditions(rule: Rule, prefix: str) -> dict[LeftOut, Q]:
    return {
        LeftOut.INACTIVE: Q(**{f"{prefix}is_active": False}),
        LeftOut.NO_CONTACT: _withdrawn(prefix, Purpose.CONTACT),
        LeftOut.UNSUBSCRIBED: _withdrawn(
            prefix, Purpose.MARKETING if rule is Rule.PROMOTIONAL else Purpose.SYSTEM
        ),
        LeftOut.NO_CONSENT: Q(**{f"{prefix}marketing_consent": False}),
        LeftOut.NO_ADDRESS: Q(**{f"{prefix}email": ""}),
        LeftOut.SHARED: Q(_first_email(prefix, is_shared=True)),
        LeftOut.BOUNCED: Q(_first_email(prefix, bounced_at__isnull=False)),
    }


_OF_MANY = (LeftOut.INACTIVE, LeftOut.NO_CONTACT, LeftOut.UNSUBSCRIBED)
_OF_ADDRESS = (LeftOut.NO_ADDRESS, LeftOut.SHARED, LeftOut.BOUNCED)
ASKED = {
    Rule.PROMOTIONAL: (*_OF_MANY, LeftOut.NO_CONSENT, *_OF_ADDRESS),
    Rule.SERVICE: (*_OF_MANY, *_OF_ADDRESS),
    Rule.PERSONAL: (LeftOut.NO_CONTACT, LeftOut.NO_ADDRESS, LeftOut.BOUNCED),
    Rule.ASKED_FOR: (LeftOut.NO_ADDRESS, LeftOut.BOUNCED),
}


def _withdrawn(prefix: str, purpose: Purpose) -> Q:
    lines = ConsentEntry.objects.filter(
        customer=OuterRef(f"{prefix}pk"), purpose=purpose, action=ConsentAction.WITHDRAWN
    )
    return Q(**{f"{prefix}{FLAGS[purpose]}": False}) & Q(Exists(lines))


def _first_email(prefix: str, **conditions) -> Exists:
    points = ContactPoint.objects.filter(
        customer=OuterRef(f"{prefix}pk"), kind=ContactKind.EMAIL, key=OuterRef(f"{prefix}email_key")
    )
    return Exists(points.filter(**conditions))
