"""Phone numbers: any national spelling in, E.164 stored, international form shown.

The only doorway to `phonenumbers`.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.text import ascii_digits, without_invisible

_E164 = re.compile(r"\+[1-9][0-9]{7,14}\Z")
_ALLOWED = re.compile(r"[0-9\s()./+\-\u2010-\u2015\u00a0\u202f]+\Z")
_TRUNK_IN_BRACKETS = re.compile(r"\(0\)")
_SPACES = re.compile(r"\s+")
_SCIENTIFIC = re.compile(r"\d[.,]\d+E\+?\d+\Z", re.IGNORECASE)
_ROUNDED = re.compile(r"[1-9]\d{5,}0{5}\Z", re.ASCII)  # 4.91714E+11, written out again
_FIGURE = re.compile(r"(-?\d{7,})[.,](\d{1,2})\Z", re.ASCII)  # what a program takes a number for
_END_OF_A_COUNT = re.compile(r"\.\s*[^\W\d]")  # `0171 3920087 2. Stock`: whose is the 2?
_MORE_DIGITS = re.compile(r"[\d\s/]*")
_PLAIN_SIGNS = str.maketrans({"＋": "+", "（": "(", "）": ")", "／": "/", "－": "-", "．": ".", "−": "-"})
MAX_LENGTH = 40
MAX_TEXT = 120  # with what stands beside it
_FULL_LENGTH = 9  # digits after the 0
_SHORT_LENGTH = 6
_NORTH_AMERICA = 1
_LOST_PLUS_LENGTH = 11  # digits of a number with its country, which no national one has without the 0


def is_e164(value: str) -> bool:
    return bool(_E164.match(value))


@dataclass(frozen=True)
class PhoneText:
    """A number in E.164, and what stood beside it: `ext. 11`, `privat`, `Mobil:`."""

    e164: str
    beside: str = ""


def read_phone(value: str, region: str) -> PhoneText:
    """Read a number; `region` (ISO 3166-1) reads numbers without a prefix.

    A label or an extension beside one valid number is kept apart. Raises ValidationError with a
    sentence for the person who typed it: letters for digits, scientific notation, two numbers in one
    field, too short, too long, or not a number of that country.
    """
    text = _tidied(value)
    if _SCIENTIFIC.match(text) or _ROUNDED.match(text):
        raise ValidationError(
            _("The spreadsheet has rounded this phone number. Format the column as text and export again."),
            code="scientific",
        )
    if not _ALLOWED.match(text) and len(text) <= MAX_TEXT:
        return _read_labelled(text, region)
    if len(text) > MAX_LENGTH or text.count("+") > 1:
        raise ValidationError(_("Enter one phone number per field."), code="several")
    text = _TRUNK_IN_BRACKETS.sub("", text)
    if _are_two(text):
        raise ValidationError(_("Enter one phone number per field."), code="several")
    return PhoneText(_parse(text, region))


def normalise_phone(value: str, region: str) -> str:
    """The number alone, in E.164, as `read_phone` finds it."""
    return read_phone(value, region).e164


def _tidied(value: str) -> str:
    text = _SPACES.sub(" ", without_invisible(ascii_digits(value)).translate(_PLAIN_SIGNS)).strip()
    if text[:4].lower() == "tel:":
        text = text[4:].lstrip()
    figure = _FIGURE.match(text)
    return figure[1] if figure and not figure[2].strip("0") else text


@lru_cache(maxsize=20_000)
def _read_labelled(text: str, region: str) -> PhoneText:
    found = list(phonenumbers.PhoneNumberMatcher(text, region))
    if len(found) > 1:
        raise ValidationError(_("Enter one phone number per field."), code="several")
    if not found or _END_OF_A_COUNT.match(text, found[0].end):
        raise ValidationError(
            _("A phone number has digits only, for example +49 171 3920012."), code="letters"
        )
    match = found[0]
    if _are_two(_TRUNK_IN_BRACKETS.sub("", f"{match.raw_string}{_MORE_DIGITS.match(text, match.end)[0]}")):
        raise ValidationError(_("Enter one phone number per field."), code="several")
    extension = match.number.extension
    e164 = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
    beside = (text[: match.start], f"ext. {extension}" if extension else "", text[match.end :])
    return PhoneText(e164, " ".join(part.strip(" :,;") for part in beside if part.strip(" :,;")))


def _are_two(text: str) -> bool:
    """`0301234/0301235`, `06221 12345/12346`: before a slash stands an area at most, never a number."""
    first, slash, second = text.partition("/")
    if not slash:
        return False
    before, after = _count_digits(first), _count_digits(second)
    return before >= _FULL_LENGTH + 1 or (
        before >= _SHORT_LENGTH and after >= _SHORT_LENGTH and second.strip().startswith("0")
    )


def _count_digits(text: str) -> int:
    return sum(map(str.isdigit, text))


@lru_cache(maxsize=20_000)
def _parse(text: str, region: str) -> str:
    if text.startswith("-") or _FIGURE.match(text):  # the spreadsheet has worked out 49-171-3920012
        raise _invalid(text)
    try:
        number = phonenumbers.parse(_with_prefix(text, region), region)
    except phonenumbers.NumberParseException:
        raise _invalid(text) from None
    if not phonenumbers.is_possible_number(number):
        raise _invalid(text)
    if not phonenumbers.is_valid_number(number) and not _believable(text, number):
        raise _invalid(text)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not is_e164(e164):
        raise _invalid(text)
    return e164


def _with_prefix(text: str, region: str) -> str:
    """Spreadsheets take `+491713920012` for a number and drop the sign.

    Without its 0 it could also be one of Leer (0491), where none is that long. In North America
    00 means nothing, but customers from elsewhere write their number so.
    """
    digits = re.sub(r"\D", "", text)
    code = phonenumbers.country_code_for_region(region)
    if code == _NORTH_AMERICA and text.startswith("00"):
        return f"+{digits[2:]}"
    prefix = str(code)
    if len(digits) < _LOST_PLUS_LENGTH or not text.startswith(prefix):
        return text
    is_number = phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}", None))
    return f"+{digits}" if is_number else text


def _believable(text: str, number: phonenumbers.PhoneNumber) -> bool:
    """Whether a number that no operator is known to have may still be one.

    Ranges open faster than lists of them are updated: written with its country, or in full with
    the national 0, it is taken at its word. Nothing but zeros is what tills want for “none”.
    """
    if not number.national_number:
        return False
    if text.startswith(("+", "00")):
        return True
    return text.lstrip(" (").startswith("0") and len(str(number.national_number)) >= _FULL_LENGTH


def _invalid(text: str) -> ValidationError:
    if _count_digits(text) < 7:
        return ValidationError(_("Digits are missing. Example: +49 171 3920012"), code="short")
    return ValidationError(_("This is not a valid phone number. Example: +49 171 3920012"), code="invalid")


@lru_cache(maxsize=20_000)
def international(e164: str) -> str:
    """`+491713920012` as `+49 171 3920012`, with non-breaking spaces; empty stays empty."""
    if not e164:
        return ""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return shown.replace(" ", "\u00a0")


def search_digits(e164: str) -> str:
    """What a person may type to find the number: with country code, and national as dialled there."""
    if not e164:
        return ""
    digits = e164[1:]
    length = _country_code_length(digits)
    return f"{digits} {_trunk_prefix(digits[:length])}{digits[length:]}"


@lru_cache(maxsize=4096)
def _known_prefix(prefix: str) -> bool:
    return int(prefix) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE


def _country_code_length(digits: str) -> int:
    return next((length for length in (1, 2, 3) if _known_prefix(digits[:length])), 0)


@cache
def _trunk_prefix(country_code: str) -> str:
    """What stands before a number inside its country: 0 in Germany, 06 in Hungary, 8 in Russia."""
    region = phonenumbers.region_code_for_country_code(int(country_code)) if country_code else ""
    prefix = phonenumbers.ndd_prefix_for_region(region, True)
    return "0" if prefix in (None, country_code) else prefix


def find_number(query: str, region: str) -> str:
    """The digits of the whole phone number in a search, in any spelling that `read_phone` takes, else ""."""
    if sum(map(str.isdecimal, query)) < _SHORT_LENGTH or "@" in query:
        return ""
    try:
        e164 = read_phone(query, region).e164
    except ValidationError:
        return ""
    # bare digits may be those of a neighbour's number, as dialled there
    typed = typed_digits(query)
    return typed if typed and typed in search_digits(e164) else e164[1:]


def typed_digits(query: str) -> str:
    """The digits of a search that looks like a phone number, or a part of one, else empty.

    `0049 171`, `+49 171` and `+49 0171` lose the signs that the stored digits do not have.
    """
    text = _TRUNK_IN_BRACKETS.sub("", _tidied(query))
    if not text or not _ALLOWED.match(text):
        return ""
    digits = re.sub(r"\D", "", text)
    if not text.startswith(("+", "00")):
        return digits
    digits = digits if text.startswith("+") else digits[2:]
    length = _country_code_length(digits) if digits else 0
    code, rest = digits[:length], digits[length:]
    return f"{code}{rest.removeprefix(_needless_prefix(code))}"


@cache
def _needless_prefix(country_code: str) -> str:
    """What people write behind a country code though nobody dials it there: the 0 of `+49 0171`.

    In Italy the 0 belongs to the number, in Russia an 8 does often enough.
    """
    region = phonenumbers.region_code_for_country_code(int(country_code)) if country_code else ""
    prefix = phonenumbers.ndd_prefix_for_region(region, True) or ""
    return prefix if prefix.startswith("0") else ""


def example_phone(region: str, *, mobile: bool) -> str:
    """A number nobody minds to see in an example, as people of the region write it; "" if none is known."""
    kind = phonenumbers.PhoneNumberType.MOBILE if mobile else phonenumbers.PhoneNumberType.FIXED_LINE
    number = phonenumbers.example_number_for_type(region, kind)
    if number is None:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
