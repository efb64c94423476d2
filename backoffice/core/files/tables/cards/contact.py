"""What a contact says of a person, as cells. Consents are not among them: no address book can prove one."""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables.cards.properties import Property
from backoffice.core.text.names import split_name

# Labels of what an importing app has fields for, so that it recognises them in each language.
HEADERS = (
    *(_("First name"), _("Last name"), _("Company")),
    *(_("Primary phone"), _("Secondary phone"), _("Further phone number"), _("E-mail"), _("Further e-mail")),
    *(_("Address 1"), _("Postcode"), _("City"), _("State"), _("Country"), _("Address 2")),
    *(_("Birthday"), _("Notes"), _("Tags")),
)
TAKEN = frozenset(
    ["N", "FN", "ORG", "TEL", "EMAIL", "ADR", "BDAY", "NOTE", "CATEGORIES", "VERSION", "X-ABSHOWAS"]
)
# What says nothing about a person, or once more what another property says.
SILENT = frozenset(
    [
        *("PRODID", "REV", "UID", "CLASS", "MAILER", "SORT-STRING", "LABEL", "KIND", "SOURCE", "NAME"),
        *("PROFILE", "CLIENTPIDMAP", "X-ABLABEL", "X-ABUID", "X-ABADR", "X-IMAGETYPE", "X-IMAGEHASH"),
        *("X-ADDRESSING-GRAMMAR", "X-SHARED-PHOTO-DISPLAY-PREF", "X-MS-OL-DEFAULT-POSTAL-ADDRESS"),
        *("X-MS-OL-DESIGN", "X-ACCOUNT"),
    ]
)
PICTURES = frozenset(["PHOTO", "LOGO", "X-MS-CARDPICTURE"])
_TITLES, _DEPARTMENTS, _FAXES = _("titles of persons"), _("departments"), _("fax numbers")
_NO_PHONES = frozenset(["FAX", "PAGER", "MODEM", "BBS", "X-400", "TELEX"])
_OWN_GROUPS = frozenset(["mycontacts", "starred"])  # of Google, on almost every contact
_NO_YEAR_OF_APPLE = "1604"
_DAY = re.compile(r"(?:(\d{4})|--)-?(\d\d)-?(\d\d)(?:T.*)?\Z", re.ASCII | re.DOTALL)
_EXTENSION = re.compile(r";ext=([\w-]+)", re.ASCII)


def cells_of(properties: Iterable[Property]) -> tuple[list[str], set[str]]:
    """A cell for each of HEADERS, and what there was besides that none of them takes."""
    by_name: dict[str, list[Property]] = {}
    for one in properties:
        by_name.setdefault(one.name, []).append(one)
    left_out: set[str] = set()
    company = _company(by_name, left_out)
    first, last = _person(by_name, company, left_out)
    phone, phone2, *phones = [*_phones(by_name, left_out), "", ""]
    email, *emails = [*_emails(by_name), ""]
    cells = [
        *(first, last, company),
        *(phone, phone2, "\n".join(filter(None, phones)), email, "\n".join(filter(None, emails))),
        *_addresses(by_name),
        _birthday(by_name),
        "\n".join(note.text for note in by_name.get("NOTE", [])),
        ", ".join(_groups(by_name)),
    ]
    return cells, left_out


def _company(by_name, left_out: set[str]) -> str:
    name, *departments = _first_filled(by_name, "ORG")
    if any(departments):
        left_out.add(str(_DEPARTMENTS))
    return name


def _person(by_name, company: str, left_out: set[str]) -> tuple[str, str]:
    """First and last name; the name shown only where no parts are named. A house is called by its last."""
    names = next((name.fields(5) for name in by_name.get("N", []) if any(name.fields(3))), [""] * 5)
    last, first, further, *titles = names
    if any(titles):
        left_out.add(str(_TITLES))
    if first or last or further:
        return " ".join(filter(None, [first, further])), last
    shown = next((name.text for name in by_name.get("FN", []) if name.text), "")
    is_house = any(one.text.upper() == "COMPANY" for one in by_name.get("X-ABSHOWAS", []))
    return ("", shown) if is_house or shown == company else split_name(shown)


def _phones(by_name, left_out: set[str]) -> list[str]:
    """The preferred number first, then mobiles, then as they stand; each once."""
    usable = []
    for number in by_name.get("TEL", []):
        if number.types & _NO_PHONES and not number.types & {"VOICE", "CELL"}:
            left_out.add(str(_FAXES))
        else:
            usable.append(number)
    usable.sort(key=lambda number: (number.rank, "CELL" not in number.types))
    numbers = {"".join(filter(str.isalnum, text)): text for text in map(_number, reversed(usable)) if text}
    return list(reversed(numbers.values()))


def _number(number: Property) -> str:
    """As it is written; an address like `tel:+49-30-123;ext=5` as a number."""
    scheme, colon, address = number.text.partition(":")
    if not colon or scheme.lower() != "tel":
        return number.text
    extension = _EXTENSION.search(address)
    digits = unquote(address.partition(";")[0])
    return f"{digits} ext. {extension[1]}" if extension else digits


def _emails(by_name) -> list[str]:
    addresses = {}
    for one in sorted(by_name.get("EMAIL", []), key=lambda one: one.rank):
        is_link = one.text[:7].lower() == "mailto:"
        address = unquote(one.text[7:].partition("?")[0]) if is_link else one.text
        addresses.setdefault(address.casefold(), address)
    return [address for address in addresses.values() if address]


def _addresses(by_name) -> list[str]:
    """Street, postcode, city, state and country of the preferred address, and the next in one line."""
    found = [address.fields(7) for address in sorted(by_name.get("ADR", []), key=lambda one: one.rank)]
    first, second, *_others = [*filter(any, found), [""] * 7, [""] * 7]
    _box, _extended, _street, city, state, postcode, country = first
    town = " ".join(filter(None, [second[5], second[3]]))
    in_one_line = ", ".join(filter(None, [_street_of(second), town, second[4], second[6]]))
    return [_street_of(first), postcode, city, state, country, in_one_line]


def _street_of(fields: list[str]) -> str:
    box, extended, street = fields[:3]
    lines = [line.strip() for text in (street, extended, box) for line in text.split("\n")]
    return ", ".join(filter(None, lines))


def _birthday(by_name) -> str:
    """As ISO 8601 writes days, `--03-07` without a year; what is no day stays as it is."""
    text = next((day.text for day in by_name.get("BDAY", []) if day.text), "")
    day = _DAY.match(text)
    if not day:
        return text
    year = "-" if day[1] in (None, _NO_YEAR_OF_APPLE) else day[1]
    return f"{year}-{day[2]}-{day[3]}"


def _groups(by_name) -> list[str]:
    names = [name for listed in by_name.get("CATEGORIES", []) for name in listed.parts(",")]
    return [name for name in dict.fromkeys(names) if name and name.casefold() not in _OWN_GROUPS]


def _first_filled(by_name, name: str) -> list[str]:
    return next((parts for one in by_name.get(name, []) if any(parts := one.parts())), [""])
