"""What a mail in the mailbox is: the report that one of ours came back, what a customer wrote, or neither."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

from backoffice.core.text.text import clean
from customers.messages.texts import tidy_body
from customers.messages.tokens import recipients_named

MOST_TEXT = 20_000
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")
_QUOTED = re.compile(
    r"^(>.*|-{2,} ?(original message|ursprüngliche nachricht|mensaje original) ?-{2,}|_{10,}"
    r"|(am|on|el) .{4,200}(schrieb|wrote|escribió).{0,200}:)$",
    re.IGNORECASE,
)
_OF_SERVERS = ("mailer-daemon@", "postmaster@")


@dataclass(frozen=True)
class Bounce:
    """One of our mails did not arrive; `status` is the enhanced code (RFC 3463), empty when none is told."""

    recipient_id: int
    status: str


@dataclass(frozen=True)
class Reply:
    """What somebody wrote. `recipient_ids` are mails of ours that it answers, newest first."""

    external: str
    address: str
    subject: str
    body: str
    recipient_ids: list[int]
    is_automatic: bool
    attachments: int


def read_mail(raw: bytes) -> Bounce | Reply | None:
    """None for what concerns nobody here: a report of a delay, a mail without a sender."""
    mail = message_from_bytes(raw, policy=policy.default)
    if _is_report(mail):
        return _bounce(mail, raw)
    address = _address(mail)
    if not address:
        return None
    ours = recipients_named(f"{_header(mail, 'In-Reply-To')} {_header(mail, 'References')}")
    return Reply(
        external=_header(mail, "Message-ID") or f"{address} {_header(mail, 'Date')}",
        address=address,
        subject=clean(_CONTROL.sub(" ", _header(mail, "Subject")))[:200],
        body=_own_words(_text(mail))[:MOST_TEXT],
        recipient_ids=ours[::-1],
        is_automatic=_is_automatic(mail),
        attachments=sum(1 for part in mail.walk() if part.get_content_disposition() == "attachment"),
    )


def _header(mail: EmailMessage, name: str) -> str:
    """Also of a header that the parser cannot read."""
    try:
        return str(mail[name] or "")
    except Exception:  # the parser of headers raises whatever comes to it
        return ""


def _address(mail: EmailMessage) -> str:
    found = re.search(r"[^\s<>\"(),;:]+@[^\s<>\"(),;:]+", _header(mail, "From"))
    return found[0][:254] if found else ""


def _is_automatic(mail: EmailMessage) -> bool:
    sent = _header(mail, "Auto-Submitted").lower()
    bulk = _header(mail, "Precedence").lower() in ("bulk", "list", "junk", "auto_reply")
    return bool(sent and sent != "no") or bulk or bool(_header(mail, "X-Autoreply"))


# ---- What came back -------------------------------------------------------------------------------


def _is_report(mail: EmailMessage) -> bool:
    if mail.get_content_type() == "multipart/report":
        return mail.get_param("report-type") in (None, "delivery-status")
    return _address(mail).lower().startswith(_OF_SERVERS) or _header(mail, "Return-Path").strip() == "<>"


def _bounce(mail: EmailMessage, raw: bytes) -> Bounce | None:
    """Only for a Message-ID of ours: nobody suppresses an address by writing us a report."""
    named = recipients_named(raw.decode("ascii", "replace")) or recipients_named(_all_text(mail))
    if not named:
        return None
    action, status = _delivery_status(mail)
    if action in ("delayed", "delivered", "relayed", "expanded") or status.startswith(("2", "4")):
        return None
    if not status:
        found = _STATUS.search(_all_text(mail))
        status = found[0] if found and found[0].startswith("5") else ""
    return Bounce(named[0], status)


def _delivery_status(mail: EmailMessage) -> tuple[str, str]:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload() if part.is_multipart() else []:
                action = str(block.get("Action", "")).strip().lower()
                found = _STATUS.search(str(block.get("Status", "")))
                if action or found:
                    return action, found[0] if found else ""
    return "", ""


def _all_text(mail: EmailMessage) -> str:
    return "\n".join(_content(part) for part in mail.walk() if part.get_content_maintype() == "text")


# ---- What was written -----------------------------------------------------------------------------


def _text(mail: EmailMessage) -> str:
    try:
        part = mail.get_body(("plain", "html"))
    except Exception:  # mails are as their senders made them
        part = None
    if part is None:
        return ""
    content = _content(part)
    return _plain(content) if part.get_content_subtype() == "html" else content


def _content(part: EmailMessage) -> str:
    try:
        return part.get_content()
    except (LookupError, UnicodeError, ValueError, AttributeError, KeyError):
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if payload else ""


def _own_words(text: str) -> str:
    """Without what is quoted below; a mail that is nothing else stays whole."""
    text = _CONTROL.sub("", text)
    lines = tidy_body(text).split("\n")
    for place, line in enumerate(lines):
        joined = f"{line} {lines[place + 1]}" if place + 1 < len(lines) else line
        if _QUOTED.match(line.strip()) or _QUOTED.match(joined.strip()):
            own = "\n".join(lines[:place]).strip()
            return own or "\n".join(lines)
    return "\n".join(lines)


class _Words(HTMLParser):
    _BREAKS = frozenset(["br", "p", "div", "tr", "li", "h1", "h2", "h3", "blockquote"])
    _UNSEEN = frozenset(["script", "style", "head", "title"])

    def __init__(self):
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag, attributes):
        self._hidden += tag in self._UNSEEN
        if tag in self._BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag):
        self._hidden = max(0, self._hidden - (tag in self._UNSEEN))

    def handle_data(self, data):
        if not self._hidden:
            self.words.append(" ".join(data.split()) + (" " if data[-1:].isspace() else ""))


def _plain(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    return "".join(parser.words)
