"""The activity log of a customer: what this app and the upper ones know of, in one order (PRODUCT P9)."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.audit.models import AuditEntry
from backoffice.core.pages.paging import Cursor
from backoffice.core.text.formats import Formats
from customers.choices import ContactKind, OpenReason, Purpose
from customers.extensions import ActivityFeed, ActivityGroup, customer_extensions
from customers.models import Customer

RECENT = 6
PER_PAGE = 50

OWN_GROUPS = (
    ActivityGroup("profile", gettext_lazy("Profile")),
    ActivityGroup("consent", gettext_lazy("Consent")),
)
_PREFIXES = {"profile": "customer.", "consent": "consent."}
_ACTIONS = {
    "customer.created": (gettext_lazy("Customer added"), "neutral", "user-plus"),
    "customer.edited": (gettext_lazy("Profile changed"), "neutral", "pencil"),
    "customer.email_corrected": (gettext_lazy("E-mail corrected"), "warn", "mail"),
    "customer.contact_added": (gettext_lazy("Contact point added"), "neutral", "plus"),
    "customer.contact_first": (gettext_lazy("Contact point made the first"), "neutral", "star"),
    "customer.contact_use": (gettext_lazy("Contact point in use again"), "neutral", "refresh"),
    "customer.contact_alias": (gettext_lazy("Contact point kept for finding only"), "neutral", "undo"),
    "customer.contact_share": (gettext_lazy("Contact point marked as shared"), "neutral", "users"),
    "customer.contact_unshare": (gettext_lazy("Contact point no longer shared"), "neutral", "user"),
    "customer.contact_bounced": (gettext_lazy("Contact point marked as undeliverable"), "warn", "warn"),
    "customer.contact_works": (gettext_lazy("Contact point works again"), "ok", "check-circle"),
    "customer.contact_remove": (gettext_lazy("Contact point removed"), "warn", "trash"),
    "customer.split": (gettext_lazy("Orders moved to a new customer"), "warn", "users"),
    "customer.split_undone": (gettext_lazy("Orders back from a new customer"), "neutral", "undo"),
    "customer.tagged": (gettext_lazy("Tags changed"), "neutral", "tag"),
    "customer.deactivated": (gettext_lazy("Marked as inactive"), "warn", "user-minus"),
    "customer.reactivated": (gettext_lazy("Marked as active again"), "ok", "user-plus"),
    "consent.granted": (gettext_lazy("Consent given"), "ok", "check-circle"),
    "consent.pending": (gettext_lazy("Consent requested"), "warn", "clock"),
    "consent.withdrawn": (gettext_lazy("Consent withdrawn"), "bad", "minus-circle"),
}
_OPEN = {
    OpenReason.AGREED_AT_TILL: gettext_lazy("Agreement at the till noted"),
    OpenReason.ASKED_BY_EMAIL: gettext_lazy("Asked for consent by e-mail"),
    OpenReason.EMAIL_CORRECTED: gettext_lazy("Consent ended with the old e-mail"),
}


@dataclass(frozen=True)
class Activity:
    """One line as text."""

    text: str
    detail: str
    iso: str
    tone: str
    icon: str


def activity_groups() -> list[ActivityGroup]:
    """What the log can be narrowed to: our own kinds, then those of upper apps."""
    upper = [group for extension in customer_extensions() for group in extension.activity_groups]
    return [*OWN_GROUPS, *upper]


def activities(
    customer: Customer,
    formats: Formats,
    *,
    group: str = "",
    limit: int = RECENT,
    before: Cursor | None = None,
) -> tuple[list[Activity], str]:
    """The newest lines about a customer, and the cursor to continue with, empty at the end. One query.

    `group` is a name of `activity_groups`, all others mean everything. A place in the log is a moment
    and how many of its lines were shown already.
    """
    group = group if group in {one.name for one in activity_groups()} else ""
    feeds = [feed for feed in _feeds(customer) if not group or feed.group == group]
    until, shown = (before.value, before.pk) if before else (None, 0)
    rows = _newest(feeds, until, shown + limit + 1)[shown:]
    lines = [_line(feeds[row[1]], row, formats) for row in rows[:limit]]
    if len(rows) > limit:
        return lines, _cursor_behind(rows[:limit], until, shown)
    if group in ("", "profile"):
        lines.append(_beginning(customer, formats))
    return lines, ""


def _feeds(customer: Customer) -> list[ActivityFeed]:
    log = AuditEntry.objects.filter(
        organisation=customer.organisation, subject_type="customer", subject_id=customer.pk
    )
    own = [
        ActivityFeed(
            group,
            log.filter(action__startswith=prefix),
            at="occurred_at",
            code=F("action"),
            text=Cast("details", TextField()),
            say=_say,
            actor=F("actor__name"),
        )
        for group, prefix in _PREFIXES.items()
    ]
    return own + [feed for extension in customer_extensions() for feed in extension.activity_feeds(customer)]


def _newest(feeds: list[ActivityFeed], until: datetime | None, limit: int) -> list[tuple]:
    """Rows of (moment, place of the feed, id, code, text, number, actor), newest first."""
    first, *others = [_rows(feed, place, until) for place, feed in enumerate(feeds)]
    if others:
        first = first.union(*others, all=True)
    return list(first.order_by("-_at", "_feed", "-_id")[:limit])


def _rows(feed: ActivityFeed, place: int, until: datetime | None) -> QuerySet:
    rows = feed.rows.filter(**{f"{feed.at}__lte": until}) if until else feed.rows
    # one type per column, whatever the feed: a union of small and large numbers is refused otherwise
    rows = rows.annotate(
        _at=F(feed.at),
        _feed=Value(place),
        _id=F("pk"),
        _code=Cast(feed.code, TextField()),
        _text=Cast(feed.text, TextField()),
        _number=Cast(feed.number, BigIntegerField()),
        _actor=Cast(feed.actor, TextField()),
    )
    return rows.order_by().values_list("_at", "_feed", "_id", "_code", "_text", "_number", "_actor")


def _cursor_behind(rows: list[tuple], until: datetime | None, shown: int) -> str:
    last = rows[-1][0]
    alike = sum(row[0] == last for row in rows)
    return Cursor(last, alike + (shown if last == until else 0)).encode()


def _say(action: str, details: str, number: int, formats: Formats) -> tuple[str, str, str]:
    said = json.loads(details)
    text, tone, icon = _ACTIONS.get(action, (action, "neutral", "log"))
    text, what = _OPEN.get(said.get("reason"), text), _what(said)
    return (f"{text}: {what}" if what else str(text)), tone, icon


def _what(details: dict) -> str:
    if "purpose" in details:
        return str(Purpose(details["purpose"]).label)
    if "kind" in details:
        return str(ContactKind(details["kind"]).label)
    names = details.get("fields", [])
    return ", ".join(str(Customer._meta.get_field(name).verbose_name) for name in names)


def _line(feed: ActivityFeed, row: tuple, formats: Formats) -> Activity:
    at, _feed, _id, code, text, number, actor = row
    sentence, tone, icon = feed.say(code, text, number, formats)
    return Activity(sentence, f"{formats.moment(at)} · {actor or _('System')}", at.isoformat(), tone, icon)


def _beginning(customer: Customer, formats: Formats) -> Activity:
    """The last line of every log: where the customer came from, whoever or whatever stored it."""
    text = _("First recorded, source: %(source)s") % {"source": customer.get_source_display()}
    at = customer.joined_at
    return Activity(text, formats.moment(at), at.isoformat(), "neutral", "calendar")
