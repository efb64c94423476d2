"""A mail as bytes: text and HTML, with what lets programs unsubscribe (RFC 8058).

Written by hand: Python's own classes take longer for a mail than a mail server does.
"""

import re
from base64 import encodebytes
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache

from django.core.mail.message import sanitize_address
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from backoffice.core.text.formats import Formats
from customers.choices import MessageKind
from customers.messages.mail import preferences_address, unsubscribe_address
from customers.messages.senders import Sender
from customers.messages.texts import fill
from customers.messages.tokens import message_id, preference_token
from customers.models import Message

_PLAIN = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


@dataclass(frozen=True)
class Addressee:
    """To whom one mail goes. `agreed_on` is the day of the consent, in words."""

    recipient_id: int
    customer_id: int
    address: str
    address_key: str
    language: str
    agreed_on: str = ""


@dataclass(frozen=True)
class Foot:
    """What stands below the text: why it came, and the links, as (words, address). `unsubscribe` is where
    programs post to, empty when it is no advertising."""

    reason: str
    links: tuple[tuple[str, str], ...]
    house: str
    unsubscribe: str = ""


def foot_of(message: Message, addressee: Addressee, token: str) -> Foot:
    """In the language in use."""
    links, reason, stop = [(_("Settings"), preferences_address(token))], "", ""
    if message.kind == MessageKind.PROMOTIONAL:
        stop = unsubscribe_address(token)
        links.insert(0, (_("Unsubscribe"), stop))
        reason = _("You receive this e-mail because you agreed to it.")
        if addressee.agreed_on:
            reason = _("You receive this e-mail because you agreed to it on %(day)s.") % {
                "day": addressee.agreed_on
            }
    return Foot(reason, tuple(links), message.organisation.name, stop)


def letter(
    message: Message, text: dict[str, str], values: dict[str, str], addressee: Addressee, sender: Sender
) -> bytes:
    """The whole mail, lines ended by CRLF. `text` is subject and body with their fields."""
    token = preference_token(addressee.customer_id, message.organisation_id, addressee.address_key)
    with translation.override(addressee.language):
        foot = foot_of(message, addressee, token)
    headers = {
        "From": _named(sender.name, sender.address),
        "To": _address(addressee.address),
        "Subject": _encoded(fill(text["subject"], values)),
        "Date": format_datetime(timezone.now()),
        "Message-ID": message_id(addressee.recipient_id, sender.domain),
        "MIME-Version": "1.0",
    }
    if sender.reply_to:
        headers["Reply-To"] = _address(sender.reply_to)
    if foot.unsubscribe:
        headers["List-Unsubscribe"] = f"<{foot.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if not message.is_single:
        headers["Precedence"] = "bulk"
    body = fill(text["body"], values)
    return _joined(headers, plain_text(body, foot), html_text(body, foot, addressee.language), addressee)


def _joined(headers: dict[str, str], plain: str, html: str, addressee: Addressee) -> bytes:
    boundary = f"=_sg_{addressee.recipient_id}_"
    headers["Content-Type"] = f'multipart/alternative; boundary="{boundary}"'
    lines = [f"{name}: {value}" for name, value in headers.items()]
    for kind, content in (("plain", plain), ("html", html)):
        encoded = encodebytes(content.replace("\n", "\r\n").encode("utf-8", "replace")).decode()
        lines += ["", f"--{boundary}", f"Content-Type: text/{kind}; charset=utf-8"]
        lines += ["Content-Transfer-Encoding: base64", "", encoded.rstrip("\n").replace("\n", "\r\n")]
    lines += ["", f"--{boundary}--", ""]
    return "\r\n".join(lines).encode("ascii", "replace")


@lru_cache(100)
def _named(name: str, address: str) -> str:
    return formataddr((_one_line(name), address))


def _address(text: str) -> str:
    """Reading one takes long; only what has other letters needs it."""
    return text if _PLAIN.fullmatch(text) else sanitize_address(text, "utf-8")


def _one_line(text: str) -> str:
    """No header ends before its time."""
    return " ".join(text.split())


def _encoded(text: str) -> str:
    text = _one_line(text)
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=70).encode(linesep="\r\n")


def plain_text(body: str, foot: Foot) -> str:
    below = [foot.reason] if foot.reason else []
    below += [f"{words}: {address}" for words, address in foot.links]
    return "\n".join([body, "", "-- ", *below, foot.house, ""])


def html_text(body: str, foot: Foot, language: str) -> str:
    """Plain tags only: mail programs ignore style sheets, and nothing is loaded from anywhere."""
    paragraphs = "".join(f"<p>{_marked(part)}</p>" for part in body.split("\n\n"))
    links = " · ".join(f'<a href="{escape(address)}">{escape(words)}</a>' for words, address in foot.links)
    reason = f"{escape(foot.reason)}<br>" if foot.reason else ""
    return (
        f'<!DOCTYPE html><html lang="{escape(language)}"><head><meta charset="utf-8"></head><body>'
        f"{paragraphs}<hr><p><small>{reason}{links} · {escape(foot.house)}</small></p></body></html>"
    )


def _marked(text: str) -> str:
    """Escaped, with links that can be pressed."""
    parts, end = [], 0
    for match in _LINK.finditer(text):
        address = escape(match[0])
        parts += [escape(text[end : match.start()]), f'<a href="{address}">{address}</a>']
        end = match.end()
    return "".join([*parts, escape(text[end:])]).replace("\n", "<br>")


def formats_in(language: str, organisation) -> Formats:
    return Formats(language, organisation.currency, organisation.tz)
