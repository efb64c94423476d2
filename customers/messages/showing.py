"""How messages look in lists and conversations: words, tones and icons of their states."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.text.formats import Formats
from customers.choices import LeftOut, MailFault, RecipientState
from customers.messages.threads import Entry
from customers.models import MessageRecipient, Thread

_LOOKS = {
    RecipientState.WAITING: ("neutral", "clock"),
    RecipientState.SENT: ("ok", "check-circle"),
    RecipientState.FAILED: ("bad", "x-circle"),
    RecipientState.BOUNCED: ("bad", "x-circle"),
    RecipientState.LEFT_OUT: ("neutral", "minus-circle"),
}


@dataclass(frozen=True)
class Look:
    words: str
    tone: str
    icon: str


def look_of(state: str, reason: str) -> Look:
    """`Came back: mailbox full`."""
    tone, icon = _LOOKS[RecipientState(state)]
    words = str(RecipientState(state).label)
    why = reason_words(reason)
    return Look(f"{words}: {why}" if why else words, tone, icon)


def reason_words(reason: str) -> str:
    for choices in (LeftOut, MailFault):
        if reason in choices.values:
            return str(choices(reason).label)
    return ""


@dataclass(frozen=True)
class Line:
    """One line of the inbox. `pk` is that of the customer or of the message to many (`is_many`)."""

    pk: int
    is_many: bool
    name: str
    at: str
    iso: str
    preview: str
    look: Look
    is_waiting: bool


def with_last_state(threads):
    """Threads with what became of the newest message to their customer: `last_state`."""
    newest = MessageRecipient.objects.filter(customer=OuterRef("customer")).order_by("-id")
    columns = {"last_state": newest.values("state")[:1], "last_reason": newest.values("reason")[:1]}
    return threads.annotate(**{name: Subquery(column) for name, column in columns.items()})


def lines_of(threads: Iterable[Thread], formats: Formats) -> list[Line]:
    """Lines as text. One query for the figures of all messages to many among them."""
    threads = list(threads)
    counts = outcomes([thread.message_id for thread in threads if thread.message_id])
    return [_line(thread, counts.get(thread.message_id, {}), formats) for thread in threads]


def outcomes(message_ids: list[int]) -> dict[int, dict[str, int]]:
    """By message: how many recipients are in which state."""
    found: dict[int, dict[str, int]] = {}
    if message_ids:
        rows = MessageRecipient.objects.filter(message__in=message_ids).order_by()
        for message, state, count in rows.values_list("message", "state").annotate(Count("pk")):
            found.setdefault(message, {})[state] = count
    return found


def _line(thread: Thread, counts: dict[str, int], formats: Formats) -> Line:
    is_many = thread.message_id is not None
    return Line(
        pk=thread.message_id or thread.customer_id,
        is_many=is_many,
        name=_many(thread, formats) if is_many else thread.customer.name,
        at=short_moment(thread.last_at, formats),
        iso=thread.last_at.isoformat(),
        preview=thread.preview,
        look=_look_of_many(counts, formats) if is_many else _look_of_one(thread),
        is_waiting=thread.is_waiting,
    )


def short_moment(at: datetime, formats: Formats) -> str:
    """The time of today, else the day."""
    local = formats.local(at)
    return f"{local:%H:%M}" if local.date() == formats.today else formats.day(local.date())


def _many(thread: Thread, formats: Formats) -> str:
    count = thread.message.recipients_count
    words = ngettext("To %(count)s customer", "To %(count)s customers", count)
    return words % {"count": formats.number(count)}


def _look_of_many(counts: dict[str, int], formats: Formats) -> Look:
    sent, back = counts.get(RecipientState.SENT, 0), counts.get(RecipientState.BOUNCED, 0)
    words = _("%(sent)s sent") % {"sent": formats.number(sent)}
    if back:
        words = _("%(sent)s sent, %(back)s came back")
        words = words % {"sent": formats.number(sent), "back": formats.number(back)}
    waits = counts.get(RecipientState.WAITING, 0)
    return Look(words, "neutral" if waits else "ok", "clock" if waits else "check-circle")


def _look_of_one(thread: Thread) -> Look:
    if thread.is_waiting:
        return Look(_("waits for an answer"), "warn", "message")
    if thread.last_state:
        return look_of(thread.last_state, thread.last_reason)
    return Look(_("dealt with"), "ok", "check")


@dataclass(frozen=True)
class Shown:
    """One message of a conversation as text. `day` is set where a new day begins."""

    entry: Entry
    day: str
    time: str
    iso: str
    look: Look | None


def shown(entries: Iterable[Entry], formats: Formats) -> list[Shown]:
    lines, last = [], None
    for entry in entries:
        local = formats.local(entry.at)
        day = formats.day(local.date()) if local.date() != last else ""
        last = local.date()
        look = look_of(entry.state, entry.reason) if entry.is_ours else None
        lines.append(Shown(entry, day, f"{local:%H:%M}", entry.at.isoformat(), look))
    return lines
