"""Turns a row of a file into what is known of a guest, or says what is wrong with it.

The headers are those of our own export (PRODUCT §4). Ids and computed figures are never read.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.exports import unguard
from backoffice.core.formats import country_names
from backoffice.core.moments import parse_moment
from backoffice.core.phones import is_e164, normalise_phone
from backoffice.core.text import clean
from backoffice.staff.models import Language
from customers.choices import Module, Purpose, Source
from customers.models import Customer
from customers.services.tagging import clean_tags

TEXTS = ("first_name", "last_name", "company", "tax_id", "state", "city", "postcode", "address1", "address2")
CONSENTS = {
    "marketing_communications": Purpose.MARKETING,
    "system_notifications": Purpose.SYSTEM,
    "contact_permission": Purpose.CONTACT,
}
COMPUTED = frozenset(
    [
        "id",
        "orders",
        "revenue",
        "average_order_value",
        "monthly_spend",
        "tips",
        "last_order",
        "last_order_status",
        "points",
        "earned_points",
    ]
)
YES = frozenset(["true", "1", "yes", "ja", "sí", "si"])
NO = frozenset(["false", "0", "no", "nein"])
_PLAIN_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,62}[a-z0-9_]@([a-z0-9-]{1,60}\.){1,4}[a-z]{2,12}\Z", re.I)
_LIMITS = {name: Customer._meta.get_field(name).max_length for name in TEXTS}
_EARLIEST_BIRTHDAY = date(1900, 1, 1)


@dataclass(slots=True)
class GuestRow:
    """One guest as a file states it. `fields` are model fields that are not empty; phones are E.164.

    `source` and `joined_at` are None where the file says nothing. `allowed` are the purposes with a
    clear yes.
    """

    line: int
    fields: dict = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    module_bits: int = 0
    source: str | None = None
    joined_at: datetime | None = None
    is_active: bool = True
    allowed: list[Purpose] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row: the column (empty: the whole row), its value, and a sentence."""

    line: int
    column: str
    value: str
    reason: str


class RowRefused(Exception):
    def __init__(self, faults: list[Fault]):
        super().__init__(faults[0].reason)
        self.faults = faults


class GuestReader:
    """Reads rows by the headers of one file, in the terms of one organisation.

    `ignored` are the columns nobody knows; `computed` those that are known and never read.
    Raises ValidationError when no column tells who a guest is.
    """

    def __init__(self, organisation, headers: list[str]):
        self.organisation = organisation
        self.now = timezone.now()
        self._readers = self._make_readers()
        known = [name for name in headers if name in self._readers]
        self.computed = [name for name in headers if name in COMPUTED]
        self.ignored = [name for name in headers if name and name not in known and name not in COMPUTED]
        if not {"phone", "email"} & set(known):
            raise ValidationError(_("The file needs a column “phone” or “email”."), code="columns")
        # the country comes first: it says how a phone number is read
        self.columns = sorted(known, key=lambda name: name != "country")

    def read(self, line: int, cells: dict[str, str]) -> GuestRow:
        """Raises RowRefused with everything that is wrong."""
        row, faults = GuestRow(line), []
        for name in self.columns:
            text = cells[name]
            if not text:
                continue
            text = unguard(text).strip()
            try:
                if text:
                    self._readers[name](row, name, text)
            except ValidationError as error:
                faults.append(Fault(line, name, text, " ".join(error.messages)))
        if not faults:
            faults = self._missing(row)
        if faults:
            raise RowRefused(faults)
        return row

    def _missing(self, row: GuestRow) -> list[Fault]:
        fields = row.fields
        if not (fields.get("first_name") or fields.get("last_name")):
            return [Fault(row.line, "", "", str(_("A first or last name is missing.")))]
        if not (fields.get("phone") or fields.get("email")):
            return [Fault(row.line, "", "", str(_("A phone number or an e-mail is missing.")))]
        if fields.get("phone2") and fields.get("phone2") == fields.get("phone"):
            del fields["phone2"]
        return []

    def _make_readers(self) -> dict:
        return {
            **dict.fromkeys(TEXTS, self._text),
            **dict.fromkeys(CONSENTS, self._consent),
            "email": self._email,
            "phone": self._phone,
            "phone2": self._phone,
            "country": self._country,
            "language": self._language,
            "birthday": self._birthday,
            "source": self._source,
            "modules": self._modules,
            "tags": self._tags,
            "joined": self._joined,
            "status": self._status,
        }

    def _text(self, row, name, text):
        text = clean(text)
        if len(text) > _LIMITS[name]:
            raise ValidationError(_("At most %(count)d characters."), params={"count": _LIMITS[name]})
        row.fields[name] = text

    def _email(self, row, name, text):
        if not _PLAIN_EMAIL.match(text) or ".." in text or len(text) > 254:
            validate_email(text)
        row.fields[name] = text

    def _phone(self, row, name, text):
        if is_e164(text):
            row.fields[name] = text
            return
        region = row.fields.get("country") or self.organisation.country
        row.fields[name] = normalise_phone(text, region)

    def _country(self, row, name, text):
        if text.upper() not in country_names("en"):
            raise ValidationError(_("Write the country as two letters, for example DE."))
        row.fields[name] = text.upper()

    def _language(self, row, name, text):
        if text.lower() not in Language.values:
            raise ValidationError(_("Known languages are de, es and en."))
        row.fields[name] = text.lower()

    def _birthday(self, row, name, text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise ValidationError(_("Write the birthday as 1990-12-31.")) from None
        if not _EARLIEST_BIRTHDAY <= day <= self.now.date():
            raise ValidationError(_("This day cannot be a birthday."))
        row.fields[name] = day

    def _source(self, row, name, text):
        if text not in Source.values:
            raise ValidationError(_("Known sources: %(names)s."), params={"names": ", ".join(Source.values)})
        row.source = text

    def _modules(self, row, name, text):
        known = Module.by_code()
        for code in (part.strip() for part in text.split(",")):
            if code not in known:
                raise ValidationError(_("Known modules: %(names)s."), params={"names": ", ".join(known)})
            row.module_bits |= known[code]

    def _tags(self, row, name, text):
        row.tags = clean_tags(text.split(","))

    def _joined(self, row, name, text):
        moment = parse_moment(text, self.organisation.tz)
        if moment > self.now + timedelta(minutes=5):
            raise ValidationError(_("This lies in the future."))
        row.joined_at = moment.astimezone(UTC)

    def _status(self, row, name, text):
        if text not in ("active", "inactive"):
            raise ValidationError(_("The status is active or inactive."))
        row.is_active = text == "active"

    def _consent(self, row, name, text):
        """Only a clear yes is one; a clear no is none; anything else is asked about, not guessed."""
        word = text.casefold()
        if word in YES:
            row.allowed.append(CONSENTS[name])
        elif word not in NO:
            raise ValidationError(_("Write TRUE or FALSE."))
