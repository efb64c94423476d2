"""Phone numbers: any national spelling in, E.164 stored, international form shown.

The only doorway to `phonenumbers`.
"""

import re
from functools import lru_cache

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_E164 = re.compile(r"\+[1-9][0-9]{7,14}\Z")
_ALLOWED = re.compile(r"[0-9\s()./+\-\u2010-\u2015\u00a0\u202f]+\Z")
_TRUNK_IN_BRACKETS = re.compile(r"\(0\)")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069]")  # address books mark directions
_SPACES = re.compile(r"\s+")
_SCIENTIFIC = re.compile(r"\d[.,]\d+E\+?\d+\Z", re.IGNORECASE)
_ROUNDED = re.compile(r"[1-9]\d{5,}0{5}\Z", re.ASCII)  # 4.91714E+11, written out again
_FIGURE = re.compile(r"(-?\d{7,})[.,](\d{1,2})\Z", re.ASCII)  # what a program takes a number for
MAX_LENGTH = 40
_FULL_LENGTH = 9  # digits after the 0
_SHORT_LENGTH = 6
_NORTH_AMERICA = 1
_LOST_PLUS_LENGTH = 11  # digits of a number with its country, which no national one has without the 0


def is_e164(value: str) -> bool:
    return bool(_E164.match(value))


def normalise_phone(value: str, region: str) -> str:
    """Return the number in E.164; `region` (ISO 3166-1) reads numbers without a prefix.

    Raises ValidationError with a sentence for the person who typed it: letters, scientific
    notation, two numbers in one field, too short, too long, or not a number of that country.
    """
    text = _SPACES.sub(" ", _INVISIBLE.sub("", value)).strip().removeprefix("tel:")
    if (figure := _FIGURE.match(text)) and not figure[2].strip("0"):
        text = figure[1]
    if _SCIENTIFIC.match(text) or _ROUNDED.match(text):
        raise ValidationError(
            _("The spreadsheet has rounded this phone number. Format the column as text and export again."),
            code="scientific",
        )
    if len(text) > MAX_LENGTH or text.count("+") > 1:
        raise ValidationError(_("Enter one phone number per field."), code="several")
    if not _ALLOWED.match(text):
        raise ValidationError(
            _("A phone number has digits only, for example +49 171 3920012."), code="letters"
        )
    text = _TRUNK_IN_BRACKETS.sub("", text)
    if _are_two(text):
        raise ValidationError(_("Enter one phone number per field."), code="several")
    return _parse(text, region)


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
    """What a person may type to find the number: with country code, and national with its 0."""
    if not e164:
        return ""
    digits = e164[1:]
    country_code = _country_code_length(digits)
    return f"{digits} 0{digits[country_code:]}"


@lru_cache(maxsize=4096)
def _known_prefix(prefix: str) -> bool:
    return int(prefix) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE


def _country_code_length(digits: str) -> int:
    return next((length for length in (1, 2, 3) if _known_prefix(digits[:length])), 0)


def typed_digits(query: str) -> str:
    """The digits of a search that looks like a phone number, else empty.

    `0049 171` and `+49 171` lose the prefix signs, so all spellings meet the stored digits.
    """
    text = _TRUNK_IN_BRACKETS.sub("", _INVISIBLE.sub("", query).strip())
    if not text or not _ALLOWED.match(text):
        return ""
    digits = re.sub(r"\D", "", text)
    return digits.removeprefix("00") if not text.startswith("+") else digits


def example_phone(region: str, *, mobile: bool) -> str:
    """A number nobody minds to see in an example, as people of the region write it; "" if none is known."""
    kind = phonenumbers.PhoneNumberType.MOBILE if mobile else phonenumbers.PhoneNumberType.FIXED_LINE
    number = phonenumbers.example_number_for_type(region, kind)
    if number is None:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
