"""The activity log of a customer in words (PRODUCT P9)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.audit.models import AuditEntry
from backoffice.core.text.formats import Formats
from customers.choices import Purpose
from customers.models import Customer

RECENT = 6
PER_PAGE = 50

GROUPS = {
    "profile": ("customer.",),
    "consent": ("consent.",),
    "orders": ("order.",),
    "points": ("points.",),
}
GROUP_LABELS = {
    "": gettext_lazy("Everything"),
    "profile": gettext_lazy("Profile"),
    "consent": gettext_lazy("Consent"),
    "orders": gettext_lazy("Orders"),
    "points": gettext_lazy("Points"),
}
ACTIONS = {
    "customer.created": (gettext_lazy("Customer added"), "neutral", "user-plus"),
    "customer.edited": (gettext_lazy("Profile changed"), "neutral", "pencil"),
    "customer.email_corrected": (gettext_lazy("E-mail corrected"), "warn", "mail"),
    "customer.tagged": (gettext_lazy("Tags changed"), "neutral", "tag"),
    "customer.deactivated": (gettext_lazy("Marked as inactive"), "warn", "user-minus"),
    "customer.reactivated": (gettext_lazy("Marked as active again"), "ok", "user-plus"),
    "consent.granted": (gettext_lazy("Consent given"), "ok", "check-circle"),
    "consent.pending": (gettext_lazy("Consent requested anew"), "warn", "clock"),
    "consent.withdrawn": (gettext_lazy("Consent withdrawn"), "bad", "minus-circle"),
    "order.voided": (gettext_lazy("Order voided"), "bad", "x-circle"),
    "order.recorded": (gettext_lazy("Order recorded"), "neutral", "receipt"),
}


@dataclass(frozen=True)
class Activity:
    text: str
    detail: str
    iso: str
    tone: str
    icon: str


def activities(
    customer: Customer, formats: Formats, *, group: str = "", limit: int = RECENT, before: int = 0
):
    """The newest lines of the log about a customer, as (lines, id to continue before or None). One query."""
    entries = AuditEntry.objects.filter(
        organisation=customer.organisation, subject_type="customer", subject_id=customer.pk
    )
    if group in GROUPS:
        entries = entries.filter(action__startswith=GROUPS[group][0])
    if before:
        entries = entries.filter(pk__lt=before)
    found = list(entries.select_related("actor").order_by("-pk")[: limit + 1])
    more = found[limit - 1].pk if len(found) > limit else None
    lines = [_activity(entry, formats) for entry in found[:limit]]
    if more is None and group in ("", "profile"):
        lines.append(_beginning(customer, formats))
    return lines, more


def _beginning(customer: Customer, formats: Formats) -> Activity:
    """The last line of every log: where the customer came from, whoever or whatever stored it."""
    return Activity(
        text=_("First recorded, source: %(source)s") % {"source": customer.get_source_display()},
        detail=formats.moment(customer.joined_at),
        iso=customer.joined_at.isoformat(),
        tone="neutral",
        icon="calendar",
    )


def _activity(entry: AuditEntry, formats: Formats) -> Activity:
    text, tone, icon = ACTIONS.get(entry.action, (entry.action, "neutral", "log"))
    what = _what(entry)
    who = str(entry.actor) if entry.actor else _("System")
    return Activity(
        text=f"{text}: {what}" if what else str(text),
        detail=f"{formats.moment(entry.occurred_at)} · {who}",
        iso=entry.occurred_at.isoformat(),
        tone=tone,
        icon=icon,
    )


def _what(entry: AuditEntry) -> str:
    if "purpose" in entry.details:
        return str(Purpose(entry.details["purpose"]).label)
    names = entry.details.get("fields", [])
    return ", ".join(str(Customer._meta.get_field(name).verbose_name) for name in names)
