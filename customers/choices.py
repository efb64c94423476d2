"""The closed lists of the customer domain. Values are codes that files and programs rely on."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Source(models.TextChoices):
    """Where something was first recorded (PRODUCT C2)."""

    WEB = "web", _("Website")
    STORE = "store", _("Store")
    DELIVERY_PLATFORM = "delivery_platform", _("Order platform")
    RESERVATION = "reservation", _("Reservation")
    IMPORT = "import", _("Import")
    MANUAL = "manual", _("Manual entry")
    API = "api", _("API")

    @property
    def icon(self) -> str:
        """Its drawing; a source that has none of its own yet gets a plain one."""
        return _SOURCE_ICONS.get(self.value, "archive")


_SOURCE_ICONS = {
    "web": "globe",
    "store": "store",
    "delivery_platform": "truck",
    "reservation": "calendar",
    "import": "import",
    "manual": "pencil",
    "api": "plug",
}


class Module(models.IntegerChoices):
    """An area a customer has been active in (PRODUCT C3); each value is one bit."""

    SHOP = 1, _("Shop")
    TILL = 2, _("Till")
    DELIVERY = 4, _("Delivery")
    RESERVATIONS = 8, _("Reservations")
    LOYALTY = 16, _("Loyalty")
    NEWSLETTER = 32, _("Newsletter")

    @property
    def code(self) -> str:
        return self.name.lower()

    @classmethod
    def in_bits(cls, bits: int) -> list["Module"]:
        return [module for module in cls if bits & module]

    @classmethod
    def by_code(cls) -> dict[str, "Module"]:
        return {module.code: module for module in cls}


class Purpose(models.TextChoices):
    """What a customer can allow; each has its own switch and its own history."""

    MARKETING = "marketing", _("Marketing communications")
    SYSTEM = "system", _("System notifications")
    CONTACT = "contact", _("Contact permission")


class ContactKind(models.TextChoices):
    """What a customer can be reached by; each kind has its own first one."""

    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")


class ConsentAction(models.TextChoices):
    GRANTED = "granted", _("Granted")
    PENDING = "pending", _("Requested")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class OpenReason(models.TextChoices):
    """Why a consent is requested and not granted; stands as the origin of its line."""

    AGREED_AT_TILL = "agreed_at_till", _("Requested: agreed at the till, no evidence yet")
    EMAIL_CORRECTED = "email_corrected", _("Ended: the e-mail was corrected")
    ASKED_BY_EMAIL = "asked_by_email", _("Requested: asked by e-mail, not confirmed yet")


class ConsentMethod(models.TextChoices):
    """How we know of a decision."""

    IN_PERSON = "in_person", _("In person")
    PHONE = "phone", _("By phone")
    PAPER = "paper", _("On paper")
    WEB_FORM = "web_form", _("Web form")
    EMAIL = "email", _("By e-mail")
    IMPORT = "import", _("Import")
    STAFF = "staff", _("Recorded by staff")


class Channel(models.TextChoices):
    ANY = "any", _("Any channel")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")


class LastOrderStatus(models.TextChoices):
    """Of the customer's latest order, own-driver deliveries only; empty for any other."""

    OPEN = "open", _("open")
    ON_TIME = "on_time", _("on time")
    LATE = "late", _("delayed")


class Degree(models.IntegerChoices):
    """Loyalty degree by the visits of the last 12 months; an organisation says from how many on."""

    NEW = 1, _("New")
    OCCASIONAL = 2, _("Occasional")
    REGULAR = 3, _("Regular")
    CHAMPION = 4, _("Champion")


class Risk(models.TextChoices):
    """Where a customer stands against the own rhythm; the last two are of those who came once."""

    ON_TIME = "on_time", _("on time")
    LATE = "late", _("overdue")
    AT_RISK = "at_risk", _("at risk")
    LOST = "lost", _("lost")
    NEW = "new", _("one visit so far")
    ONE_TIMER = "one_timer", _("came once")

    @property
    def tone(self) -> str:
        return _RISK_LOOKS.get(self.value, ("", ""))[0]

    @property
    def icon(self) -> str:
        """Its drawing; the two of those who came once have none, they are plain words."""
        return _RISK_LOOKS.get(self.value, ("", ""))[1]


_RISK_LOOKS = {
    "on_time": ("ok", "check-circle"),
    "late": ("warn", "clock"),
    "at_risk": ("bad", "warn"),
    "lost": ("neutral", "minus-circle"),
}


class MessageKind(models.TextChoices):
    """It decides who may get a message (PRODUCT G4, G5)."""

    PROMOTIONAL = "promotional", _("Promotional")
    SERVICE = "service", _("Service")


class MessageState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENDING = "sending", _("Being sent")
    PAUSED = "paused", pgettext_lazy("message", "Paused")
    STOPPED = "stopped", pgettext_lazy("message", "Stopped")
    DONE = "done", pgettext_lazy("message", "Sent")


class PauseReason(models.TextChoices):
    """Why a message waits for a person."""

    PERSON = "person", _("Paused by hand")
    REFUSED = "refused", _("The mail server refused many addresses in a row")
    SENDER = "sender", _("The mail server does not take mail from this sender")
    AWAY = "away", _("The mail server has not answered for days")


class RecipientState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("mail", "Waiting")
    SENT = "sent", pgettext_lazy("mail", "Sent")
    FAILED = "failed", pgettext_lazy("mail", "Failed")
    BOUNCED = "bounced", pgettext_lazy("mail", "Came back")
    LEFT_OUT = "left_out", pgettext_lazy("mail", "Left out")


class LeftOut(models.TextChoices):
    """Why a customer does not get a message; the first that holds is told."""

    INACTIVE = "inactive", _("inactive")
    NO_CONTACT = "no_contact", _("contact permission withdrawn")
    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
    NO_CONSENT = "no_consent", _("no consent to advertising")
    NO_ADDRESS = "no_address", _("no e-mail address")
    SHARED = "shared", _("shared address")
    BOUNCED = "bounced", _("undeliverable address")


class MailFault(models.TextChoices):
    """What became of a mail that did not arrive."""

    UNKNOWN = "unknown", _("address unknown")
    FULL = "full", _("mailbox full")
    POLICY = "policy", _("refused by the other mail server")
    OTHER = "other", _("could not be delivered")
    LATER = "later", _("not taken in several tries")


class MailboxFault(models.TextChoices):
    """Why a mailbox could not be read."""

    ADDRESS = "address", _("Nobody knows this mail server, or it is in a private network.")
    SILENT = "silent", _("The mail server does not answer.")
    UNSAFE = "unsafe", _("The connection to the mail server is not safe: its certificate is not valid.")
    LOGIN = "login", _("The mail server does not accept this user and password.")
    FOLDER = "folder", _("There is no such folder in this mailbox.")
    SECRET = "secret", _("The password cannot be read any more: type it again.")
    OTHER = "other", _("The mail server answered in a way nobody here understands.")
