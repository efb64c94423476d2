"""A mailbox over IMAP: read from, never written to. TLS always, unless private addresses are allowed."""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings

from backoffice.core.outgoing import NotReached, numeric_address
from backoffice.core.sealing import Unreadable
from customers.choices import MailboxFault
from customers.models import Mailbox

SECONDS = 10
MOST_BYTES = 512 * 1024  # of a mail: text comes first, attachments stay in the mailbox
_PLAIN_PORT = 143
_UIDS = re.compile(rb"\d+")


class MailboxNotRead(Exception):
    """`fault` says why, for people."""

    def __init__(self, fault: MailboxFault):
        super().__init__(fault.value)
        self.fault = fault


class OpenMailbox:
    """A folder, opened to look at: nothing is marked as seen. Raises MailboxNotRead when it cannot be."""

    def __init__(self, box: Mailbox):
        self._box = box
        self._imap: imaplib.IMAP4 | None = None
        self.uid_validity, self.next_uid = 0, 1

    def __enter__(self):
        with _told():
            self._imap = _connected(self._box)
            _sign_in(self._imap, self._box)
            self._select()
        return self

    def __exit__(self, *_raised):
        try:
            self._imap.logout()
        except (OSError, imaplib.IMAP4.error):
            self._imap.shutdown()

    def _select(self) -> None:
        # quoted by hand: names with spaces are usual, imaplib sends them as they are
        name = self._box.folder.replace("\\", "\\\\").replace('"', '\\"')
        answer, _count = self._imap.select(f'"{name}"', readonly=True)
        if answer != "OK":
            raise MailboxNotRead(MailboxFault.FOLDER)
        self.uid_validity = self._number("UIDVALIDITY")
        self.next_uid = self._number("UIDNEXT") or 1

    def _number(self, name: str) -> int:
        _name, values = self._imap.response(name)
        return int(values[0]) if values and values[0] else 0

    def uids_after(self, last: int, at_most: int) -> list[int]:
        """The next mails in the order of their arrival."""
        with _told():
            _answer, found = self._imap.uid("SEARCH", None, f"UID {last + 1}:*")
        # `*` is the last mail, also when it lies before the range
        uids = sorted(int(uid) for uid in _UIDS.findall(b" ".join(filter(None, found))))
        return [uid for uid in uids if uid > last][:at_most]

    def mails(self, uids: list[int]) -> Iterator[tuple[int, bytes, datetime]]:
        """(uid, the beginning of the mail, when it arrived)."""
        for uid in uids:
            with _told():
                wanted = f"(INTERNALDATE BODY.PEEK[]<0.{MOST_BYTES}>)"
                _answer, parts = self._imap.uid("FETCH", str(uid), wanted)
            pairs = [part for part in parts if isinstance(part, tuple)]
            if pairs:
                yield uid, pairs[0][1], _arrived(b" ".join(_heads(parts)))


def _heads(parts: list) -> Iterator[bytes]:
    for part in parts:
        yield part[0] if isinstance(part, tuple) else part


def _arrived(head: bytes) -> datetime:
    """INTERNALDATE, or now where the server says none; never ahead of the clock."""
    now = datetime.now(UTC)
    found = re.search(rb'INTERNALDATE "([^"]{10,40})"', head)
    if not found:
        return now
    try:
        return min(datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z"), now)
    except ValueError:
        return now


class _told:
    """What goes wrong on the way, as one of MailboxFault."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is None or isinstance(error, MailboxNotRead):
            return
        for kinds, fault in _FAULTS:
            if isinstance(error, kinds):
                raise MailboxNotRead(fault) from None


_FAULTS = (
    (NotReached, MailboxFault.ADDRESS),
    (Unreadable, MailboxFault.SECRET),
    (ssl.SSLError, MailboxFault.UNSAFE),
    ((imaplib.IMAP4.abort, OSError, EOFError), MailboxFault.SILENT),
    ((imaplib.IMAP4.error, ValueError, UnicodeError), MailboxFault.OTHER),
)


def _connected(box: Mailbox) -> imaplib.IMAP4:
    address, context = numeric_address(box.host, box.port), ssl.create_default_context()
    if box.port != _PLAIN_PORT:
        return _Secure(box.host, box.port, address=address, ssl_context=context, timeout=SECONDS)
    imap = _Plain(box.host, box.port, address=address, timeout=SECONDS)
    if "STARTTLS" in imap.capabilities:
        imap.starttls(context)
    elif not settings.OUTGOING_PRIVATE:
        imap.shutdown()
        raise MailboxNotRead(MailboxFault.UNSAFE)
    return imap


class _Plain(imaplib.IMAP4):
    """Connects to the address that was looked at, and to no other the name may lead to a moment later."""

    def __init__(self, *args, address: str, **kwargs):
        self._address = address
        super().__init__(*args, **kwargs)

    def _create_socket(self, timeout):
        return socket.create_connection((self._address, self.port), timeout)


class _Secure(_Plain, imaplib.IMAP4_SSL):
    def _create_socket(self, timeout):
        plain = socket.create_connection((self._address, self.port), timeout)
        return self.ssl_context.wrap_socket(plain, server_hostname=self.host)


def _sign_in(imap: imaplib.IMAP4, box: Mailbox) -> None:
    try:
        imap.login(box.user, box.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise MailboxNotRead(MailboxFault.LOGIN) from None


def try_mailbox(box: Mailbox) -> MailboxFault | None:
    """Whether it can be read; None when it can."""
    try:
        with OpenMailbox(box):
            return None
    except MailboxNotRead as error:
        return error.fault
