"""Card numbers: digits, of which the last one checks the others (Luhn, ISO/IEC 7812)."""

import re
import secrets

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.text import ascii_digits, without_invisible

LENGTH = 12
SHORTEST, LONGEST = 6, 19
_TYPED = re.compile(r"[\d .\-–]{6,40}\Z", re.ASCII)


def check_digit(digits: str) -> str:
    """The digit that makes a number of these digits right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 - place % 2)
        total += number - 9 if number > 9 else number
    return str(-total % 10)


def is_right(number: str) -> bool:
    return check_digit(number[:-1]) == number[-1]


def new_number() -> str:
    """Nobody can guess the next one."""
    body = str(secrets.choice("123456789")) + "".join(secrets.choice("0123456789") for _ in range(LENGTH - 2))
    return body + check_digit(body)


def typed_number(text: str) -> str:
    """The digits of what looks like a card number and whose check digit fits; else empty."""
    text = ascii_digits(without_invisible(text[:80])).strip()
    digits = re.sub(r"\D", "", text, flags=re.ASCII) if _TYPED.match(text) else ""
    return digits if SHORTEST <= len(digits) <= LONGEST and is_right(digits) else ""


def parse_number(text: str) -> str:
    """What somebody typed or scanned as a card number. Raises ValidationError."""
    text = ascii_digits(without_invisible(text[:80])).strip()
    digits = re.sub(r"[ .\-–]", "", text)
    if not (digits.isascii() and digits.isdigit() and SHORTEST <= len(digits) <= LONGEST):
        raise ValidationError(_("A card number has 6 to 19 digits, as on the card."), code="card_number")
    if not is_right(digits):
        message = _("The last digit does not fit the others: one of them is mistyped.")
        raise ValidationError(message, code="check_digit")
    return digits
