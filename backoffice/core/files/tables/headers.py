"""Finds the line that names the columns: below titles, or nowhere."""

import re
from statistics import mode

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w{2,}")
_FIGURES = re.compile(r"\+?[\d\s()/.:T-]+")  # phone numbers, days, moments
_NUMBER = re.compile(r"[+-]?[\d.,]+")
_PHONE_DIGITS = 6


def find_header(lines: list[tuple[int, list[str]]]) -> int | None:
    """Index of the header among the first lines (number, cells); None when there is none.

    Above it may stand titles: lines with fewer than half the cells of the header, with half of them
    when values follow it, or with one cell and an empty line after it. A line with an e-mail, a
    phone number or a date is no header.
    """
    index = 0
    while index + 1 < len(lines) and _is_title(lines[index], lines[index + 1 :]):
        index += 1
    return None if _holds_values(lines[index][1]) else index


def _is_title(line: tuple[int, list[str]], below: list[tuple[int, list[str]]]) -> bool:
    number, cells = line
    count, width = _filled(cells), mode(_filled(cells) for _, cells in below)
    at = next(index for index, (_, cells) in enumerate(below) if _filled(cells) * 2 > width)
    header = below[at][1]
    if _holds_values(header):
        return False
    apart = below[0][0] > number + 1 and count == 1 < _filled(header)
    half = count * 2 == _filled(header) and any(_holds_values(cells) for _, cells in below[at + 1 :])
    return apart or half or count * 2 < _filled(header)


def _filled(cells: list[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _holds_values(cells: list[str]) -> bool:
    texts = [cell.strip().lstrip("'") for cell in cells if cell.strip()]
    return any(_is_value(text) for text in texts) or all(_NUMBER.fullmatch(text) for text in texts)


def _is_value(text: str) -> bool:
    if _EMAIL.fullmatch(text):
        return True
    return bool(_FIGURES.fullmatch(text)) and sum(map(str.isdigit, text)) >= _PHONE_DIGITS
