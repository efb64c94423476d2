"""Passwords that are long and still guessed first."""

import re
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_ROWS = (
    *("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "asdfghjklñ", "asdfghjklöä"),
    *("zxcvbnm", "yxcvbnm"),
)
_NEIGHBOURS = {pair for row in _ROWS for one, two in pairwise(row) for pair in (one + two, two + one)}
_FEWEST_DIFFERENT = 4
_RUN = 4  # characters in a row, on average, are a pattern and not a choice


class PatternValidator:
    """Refuses one word repeated, a few different characters, digits alone, and rows of characters."""

    def validate(self, password, user=None):
        text = password.casefold()
        if _is_repeated(text) or len(set(text)) < _FEWEST_DIFFERENT:
            raise ValidationError(_("This repeats one word or a few characters."), code="password_repeats")
        if text.isdigit() or _is_a_row(text):
            raise ValidationError(
                _("These are digits alone, or characters in a row as on a keyboard."), code="password_row"
            )

    def get_help_text(self):
        return ""


def _is_repeated(text: str) -> bool:
    """Whether it is a unit at least twice, the last one perhaps cut off; or words that are all the same."""
    words = re.findall(r"[^\W\d_]+", text)
    if len(words) > 1 and len(set(words)) == 1:
        return True
    return any(text.startswith(text[size:]) for size in range(1, len(text) // 2 + 1))


def _is_a_row(text: str) -> bool:
    pairs = [one + two for one, two in pairwise(text)]
    runs = 1 + sum(pair not in _NEIGHBOURS and pair[0] != pair[1] for pair in pairs)
    return runs * _RUN <= len(text)
