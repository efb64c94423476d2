"""Turns a row of a file into what is known of a customer, or says what is wrong with it."""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, partial

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.files.exports import unguard
from backoffice.core.files.refused import Fault, RowRefused
from backoffice.core.files.tables import shorten
from backoffice.core.text.days import parse_birthday, parse_day
from backoffice.core.text.names import split_name
from backoffice.core.text.phones import is_e164, read_phone
from backoffice.core.text.text import clean, fold_case
from backoffice.imports.profiling import IGNORED
from customers.choices import Purpose
from customers.field_kinds import Kind
from customers.fields import FIELDS, SHARED
from customers.importing import values
from customers.importing.fields import (
    ADDRESS_LINE,
    COMPUTED,
    CONSENTS,
    CONTACTS,
    FULL_NAME,
    HOUSE_NUMBER,
    IDENTITY,
    MORE_EMAILS,
    MORE_PHONES,
    TOWN,
    import_fields,
)
from customers.importing.mapping import CustomerMapping, OnUnreadable
from customers.importing.stated import CustomerRow
from customers.importing.values import Answer
from customers.models import Customer
from customers.models.customer import email_key

# the country says how a phone is read; parts of an address follow its street, further numbers the first
_ORDER = {
    "country": 0,
    HOUSE_NUMBER: 2,
    ADDRESS_LINE: 3,
    TOWN: 3,
    "phone2": 2,
    MORE_PHONES: 3,
    MORE_EMAILS: 3,
    CONTACTS: 4,
}
_LISTS = re.compile(r"\s*(?: ::: |[;,\n|]| / | und | oder | or | and )\s*")
_TOWN = re.compile(r"([A-Z]{1,2}-)?(\S*\d\S*(?: \d[\dA-Z]{2})?)[ ,]+(\D.*)\Z", re.DOTALL)
_LONGEST_LIST, _LONGEST_TOWN = 1_000, 150  # patterns on text of others stay cheap
_NUMBER_AHEAD = frozenset(["GB", "IE", "FR", "US", "CA", "AU", "NZ"])  # 12 Main Street
_NOT_SUBSCRIBED = gettext_lazy("The row says that this person left, so they are not subscribed.")
_REMEMBERED = 500  # values of a column
_PHONES = frozenset(field.name for field in FIELDS if field.kind is Kind.PHONE)
_LIMITS = {
    field.name: Customer._meta.get_field(field.name).max_length
    for field in FIELDS
    if field.kind in (Kind.TEXT, Kind.LONG_TEXT)
}


class CustomerReader:
    """Reads rows of one file by its mapping, in the terms of one organisation.

    `ignored` are the headers nobody mapped, `computed` those of them that are never read. Raises
    ValidationError when no column tells who a customer is.
    """

    def __init__(self, organisation, headers: list[str], mapping: CustomerMapping):
        self.organisation, self.mapping = organisation, mapping
        self.country = mapping.country or organisation.country
        self.now = timezone.now()
        self.today = self.now.astimezone(organisation.tz).date()
        mapped = {header: mapping.columns.get(header, IGNORED) for header in headers}
        self.computed = [header for header, name in mapped.items() if name == IGNORED and header in COMPUTED]
        self.ignored = [
            header for header, name in mapped.items() if name == IGNORED and header not in COMPUTED
        ]
        self._header_of = {name: header for header, name in mapped.items() if name != IGNORED}
        self._refuse_nameless_file()
        known = sorted(mapped.items(), key=lambda item: _ORDER.get(item[1], 1))
        readers = self._make_readers()
        self._columns = [
            (header, name, self._parser(name), readers.get(name)) for header, name in known if name != IGNORED
        ]

    def _refuse_nameless_file(self) -> None:
        wanted = {"phone", "email", CONTACTS}
        if self.mapping.names_only:
            wanted |= {"first_name", "last_name", "full_name"}
        if not wanted & set(self._header_of):
            message = _("No column holds phone numbers or e-mails. Say which one it is.")
            raise ValidationError(message, code="columns")

    def read(self, line: int, cells: dict[str, str], *, keep: str = "") -> CustomerRow:
        """Raises RowRefused with everything that is wrong in a row that cannot be a customer.

        `keep` ("phone" or "email") settles a row whose phone and e-mail belong to two customers: the
        other of the two is left out; "same" one whose contact is that of somebody with another name.
        """
        row, faults = CustomerRow(line, is_settled=bool(keep)), []
        for header, name, parse, reader in self._columns:
            cell = cells.get(header)
            if not cell:
                continue
            try:
                if parse:
                    if value := parse(cell):
                        row.fields[name] = value
                elif text := _bare(cell):
                    reader(row, name, text)
            except ValidationError as error:
                reason, code = " ".join(error.messages), error.code or "invalid"
                fault = Fault(line, header, _bare(cell), reason, code)
                (faults if self._is_needed(header, name) else row.left_out).append(fault)
        if keep in ("phone", "email"):
            row.fields.pop("email" if keep == "phone" else "phone", None)
        if not (self.mapping.names_only or {"phone", "email"} & row.fields.keys()) and "phone2" in row.fields:
            row.fields["phone"] = row.fields.pop("phone2")  # the only way to this customer
        if self.mapping.left_out:
            row.left_out = [fault for fault in row.left_out if fault.column not in self.mapping.left_out]
        if faults := faults or self._missing(row):
            raise RowRefused(*faults, *row.left_out)
        if row.fields.get("phone2") and row.fields["phone2"] == row.fields.get("phone"):
            del row.fields["phone2"]
        if self.mapping.subscribe_all and Purpose.MARKETING not in row.answers:
            self._subscribe(row, cells)
        return row

    def _subscribe(self, row: CustomerRow, cells: dict[str, str]) -> None:
        """As the person importing says of all rows, but for those that say themselves that they left."""
        for header in self.ignored:
            text = cells.get(header, "")
            if text and values.says_left(_bare(text)):
                row.left_out.append(Fault(row.line, header, _bare(text), str(_NOT_SUBSCRIBED), "left"))
                return
        row.answers[Purpose.MARKETING] = Answer.YES

    def _is_needed(self, header: str, name: str) -> bool:
        """Whether a value that cannot be read refuses its row."""
        if name in IDENTITY:
            return True
        return self.mapping.on_unreadable == OnUnreadable.REFUSE and header not in self.mapping.left_out

    def _missing(self, row: CustomerRow) -> list[Fault]:
        fields = row.fields
        if self.mapping.needs_name and not (fields.get("first_name") or fields.get("last_name")):
            reason = _("A first or last name is missing.")
            return [Fault(row.line, self._place("first_name", "full_name"), "", str(reason), "name")]
        if not (self.mapping.names_only or fields.get("phone") or fields.get("email")):
            reason = _("A phone number or an e-mail is missing.")
            return [Fault(row.line, self._place("email", "phone"), "", str(reason), "contact")]
        if not fields:
            return [Fault(row.line, "", "", str(_("This row says nothing about a customer.")), "nothing")]
        return []

    def _place(self, *names: str) -> str:
        """The header under which something is missing."""
        return next((self._header_of[name] for name in names if name in self._header_of), "")

    def _parser(self, name: str) -> Callable[[str], object] | None:
        """What turns a cell into the value of a stored field, by its kind; None for all other columns."""
        parsers = {
            Kind.TEXT: partial(_text, limit=_LIMITS.get(name)),
            Kind.LONG_TEXT: partial(_lines, limit=_LIMITS.get(name)),
            Kind.COUNTRY: values.parse_country,
            Kind.LANGUAGE: values.parse_language,
            Kind.DAY: partial(parse_day, order=self._order(name)),
            Kind.BIRTHDAY: partial(parse_birthday, order=self._order(name), today=self.today),
        }
        kind = import_fields()[name].kind
        parse = parsers.get(kind)
        if parse is None:
            return None
        # values that rows share are worked out once
        return _of_bare(parse) if kind is Kind.LONG_TEXT else lru_cache(_REMEMBERED)(_of_bare(parse))

    def _make_readers(self) -> dict[str, Callable]:
        """How a cell is taken that says more than the value of a field, or depends on others of its row."""
        by_kind = {
            Kind.PHONE: self._phone,
            Kind.EMAIL: self._email,
            Kind.CONTACTS: self._contacts,
            Kind.SOURCE: self._source,
            Kind.MODULES: self._modules,
            Kind.TAGS: self._tags,
            Kind.MOMENT: self._joined,
            Kind.STATUS: self._status,
            Kind.CONSENT: self._consent,
        }
        fields = import_fields()
        own = {name: by_kind[field.kind] for name, field in fields.items() if field.kind in by_kind}
        extra = {name: self._extra_reader(field.read) for name, field in fields.items() if field.read}
        parts = {
            FULL_NAME: self._full_name,
            HOUSE_NUMBER: self._house_number,
            ADDRESS_LINE: self._address_line,
            TOWN: self._town,
            MORE_PHONES: self._phone,
            MORE_EMAILS: self._email,
        }
        return own | extra | parts

    def _extra_reader(self, read: Callable[[str], object]) -> Callable:
        def reader(row, name, text):
            row.extras[name] = read(text)

        return reader

    def _order(self, name: str) -> str:
        return self.mapping.day_orders.get(self._header_of.get(name, ""), "")

    def _full_name(self, row, name, text):
        first, last = split_name(text)
        for part, words in (("first_name", first), ("last_name", last)):
            if words := _text(words, _LIMITS[part]):
                row.fields[part] = words

    def _phone(self, row, name, text):
        """One number, or a list whose others go where there is room."""
        if is_e164(text):
            return self._place_phone(row, name, text)
        region = row.fields.get("country") or self.country
        for number in _one_or_more(text, partial(read_phone, region=region)):
            self._place_phone(row, name, number.e164)
            if number.beside:
                hint = _("Beside a phone number stood “%(text)s”. It is not kept.")
                row.hints.append(hint % {"text": shorten(number.beside)})

    def _place_phone(self, row, name, number):
        """In its own field, else in the second one, else behind them."""
        places = ("phone", "phone2") if name == CONTACTS else (name, "phone2")
        free = [place for place in places if place in _PHONES and place not in row.fields]
        if number in (row.fields.get("phone"), row.fields.get("phone2")):
            return
        if free:
            row.fields[free[0]] = number
        else:
            self._add_further(row, "phone", number, number)

    def _email(self, row, name, text):
        """One address, or a list; a further one is the first without it."""
        for address in _one_or_more(text, values.parse_email):
            if "email" not in row.fields:
                row.fields["email"] = address
            elif fold_case(address) != fold_case(row.fields.get("email", "")):
                self._add_further(row, "email", email_key(address), address)

    @staticmethod
    def _add_further(row, kind, key, value):
        if key not in {other for _kind, other, _value in row.further}:
            row.further.append((kind, key, value))

    def _contacts(self, row, name, text):
        """Phones and e-mails, each of which may be called shared."""
        for part in text.split(";"):
            value = part.strip().removesuffix(SHARED)
            kind = "email" if "@" in value else "phone"
            (self._email if kind == "email" else self._phone)(row, CONTACTS, value)
            if part.strip().endswith(SHARED):
                key = email_key(value) if kind == "email" else value
                row.shared.add((kind, key))

    def _address_line(self, row, name, text):
        parts = [row.fields.get("address1", ""), clean(text)]
        row.fields["address1"] = _text(", ".join(filter(None, parts)), _LIMITS["address1"])

    def _town(self, row, name, text):
        """`10115 Berlin` as postcode and city; without digits it is a city."""
        text = clean(text)
        found = _TOWN.match(text) if len(text) <= _LONGEST_TOWN else None
        postcode, city = (found[2], found[3]) if found else ("", text)
        for part, words in (("postcode", postcode), ("city", city)):
            if words:
                row.fields.setdefault(part, _text(words, _LIMITS[part]))

    def _house_number(self, row, name, text):
        street, number = row.fields.get("address1", ""), clean(text)
        if number in street.split():  # it stands in both columns
            return
        is_ahead = (row.fields.get("country") or self.country) in _NUMBER_AHEAD
        parts = (number, street) if is_ahead else (street, number)
        row.fields["address1"] = _text(" ".join(parts).strip(), _LIMITS["address1"])

    def _source(self, row, name, text):
        row.source = values.parse_source(text)

    def _modules(self, row, name, text):
        row.module_bits |= values.parse_modules(text)

    def _tags(self, row, name, text):
        row.tags = values.parse_tags(text)

    def _joined(self, row, name, text):
        row.joined_at = values.parse_joined(text, self._order(name), self.organisation.tz, self.now)

    def _status(self, row, name, text):
        row.is_active = values.parse_status(text)

    def _consent(self, row, name, text):
        # until it is read: a word that is not clear is no reason to subscribe anybody
        row.answers[CONSENTS[name]] = Answer.UNKNOWN
        row.answers[CONSENTS[name]] = values.parse_consent(text)


def _bare(cell: str) -> str:
    return unguard(cell).strip()


def _one_or_more(text: str, read: Callable[[str], object]) -> list:
    """The values of a cell: one, or a list of them. Raises what is wrong with the whole, not with a part."""
    try:
        return [read(text)]
    except ValidationError:
        parts = [part for part in _LISTS.split(text) if part] if len(text) <= _LONGEST_LIST else []
        if len(parts) > 1:
            with suppress(ValidationError):
                return [read(part) for part in parts]
        raise


def _of_bare(parse: Callable[[str], object]) -> Callable[[str], object]:
    """`parse` for cells as they stand in the file; None for one that holds nothing."""

    def parse_cell(cell: str):
        text = _bare(cell)
        return parse(text) if text else None

    return parse_cell


def _text(text: str, limit: int) -> str:
    return _within(limit, clean(text))


def _lines(text: str, limit: int) -> str:
    return _within(limit, "\n".join(clean(line) for line in text.splitlines()).strip())


def _within(limit: int, text: str) -> str:
    if len(text) > limit:
        raise ValidationError(_("At most %(count)d characters."), code="long", params={"count": limit})
    return text
