"""One connection to the mail server for many mails, and what its answers mean."""

import re
from dataclasses import dataclass
from enum import Enum
from smtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from django.conf import settings
from django.core.mail import get_connection

from backoffice.core.mail import StoredMessage
from customers.choices import MailFault

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_UNAVAILABLE = 421


class Verdict(Enum):
    """What a failed try says: the address is no good, this mail is refused, later, the server is away, or it
    is the sender who is not wanted."""

    BOUNCED = "bounced"
    REFUSED = "refused"
    LATER = "later"
    AWAY = "away"
    SENDER = "sender"


@dataclass(frozen=True)
class Failure:
    """`said` is the code alone: words of mail servers quote addresses."""

    verdict: Verdict
    fault: MailFault = MailFault.OTHER
    said: str = ""


class Outlet:
    """Opened when the first mail goes, closed at the end of the block, and after a server went away."""

    def __init__(self):
        self._backend = get_connection(settings.DELIVERY_EMAIL_BACKEND)
        self._is_open = False

    def __enter__(self):
        return self

    def __exit__(self, *_raised):
        self._close()

    def send(self, raw: bytes, *, sender: str, to: str) -> Failure | None:
        """None when the server has taken it."""
        try:
            if not self._is_open:
                self._backend.open()
                self._is_open = True
            self._hand_over(raw, sender, to)
        except (SMTPException, OSError) as error:
            failure = failure_of(error)
            if failure.verdict in (Verdict.AWAY, Verdict.SENDER):
                self._close()
            return failure
        return None

    def _hand_over(self, raw: bytes, sender: str, to: str) -> None:
        """To smtplib itself where that is what sends: Django reads every address anew, which takes as long as
        the server does."""
        connection = getattr(self._backend, "connection", None)
        if isinstance(connection, SMTP) and to.isascii() and sender.isascii():
            connection.sendmail(sender, [to], raw)
        else:
            self._backend.send_messages([StoredMessage(raw, sender, [to])])

    def _close(self) -> None:
        self._is_open = False
        try:
            self._backend.close()
        except (SMTPException, OSError):
            self._backend.connection = None


def failure_of(error: Exception) -> Failure:
    """5xx about a recipient or a mail: hard, unless its enhanced code (RFC 3463) speaks of something else."""
    if isinstance(error, SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return answered(code, words)
    if isinstance(error, SMTPDataError):
        return answered(error.smtp_code, error.smtp_error)
    if isinstance(error, SMTPServerDisconnected) or not isinstance(error, SMTPException):
        return Failure(Verdict.AWAY)
    if isinstance(error, SMTPResponseException) and not _is_final(error):
        return Failure(Verdict.AWAY, said=str(error.smtp_code))
    return Failure(Verdict.SENDER, said=str(getattr(error, "smtp_code", "")))


def _is_final(error: SMTPResponseException) -> bool:
    """A greeting of 554 says no more than that the server works for nobody now."""
    is_refused = isinstance(error, SMTPSenderRefused) or error.smtp_code in (530, 534, 535)
    return is_refused and error.smtp_code >= 500


def answered(code: int, words: bytes | str) -> Failure:
    """What an answer to RCPT or DATA means."""
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    found = _ENHANCED.search(text)
    said = f"{code} {found[0]}" if found else str(code)
    if code == _UNAVAILABLE:
        return Failure(Verdict.AWAY, said=said)
    if code < 500:
        return Failure(Verdict.LATER, MailFault.LATER, said)
    verdict, fault = judged(found[0] if found else "")
    return Failure(verdict, fault, said)


def judged(status: str) -> tuple[Verdict, MailFault]:
    """A final status such as `5.1.1`: what is said of the address suppresses it, the rest does not."""
    if not status:
        return Verdict.BOUNCED, MailFault.OTHER
    _class, subject, detail = status.split(".")
    if subject == "1" or (subject, detail) == ("2", "1"):
        return Verdict.BOUNCED, MailFault.UNKNOWN
    if (subject, detail) == ("2", "2"):
        return Verdict.REFUSED, MailFault.FULL
    if subject == "7":
        return Verdict.REFUSED, MailFault.POLICY
    if subject in ("0", "2"):
        return Verdict.BOUNCED, MailFault.OTHER
    return Verdict.REFUSED, MailFault.OTHER
