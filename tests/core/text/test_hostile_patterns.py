"""No pattern of ours tries foreign text in more ways than it has letters (TRUST §5)."""

import importlib
import io
import pkgutil
import re
import time
from pathlib import Path

import pytest

from backoffice.core.files.tables.kinds import find_kind
from backoffice.core.text.days import parse_day
from backoffice.core.text.moments import parse_moment

PACKAGES = ["backoffice.core", "customers", "orders", "loyalty"]
LIMIT_SECONDS = 1.5  # what tries every pair of letters takes ten
SHORT = {"customers.importing.reading._LISTS": 1_000, "customers.importing.reading._TOWN": 150}  # see there
LETTERS = 10_000  # of a cell, by default
PIECES = [
    *("a", "A ", "1", "1 ", "1.", "1,", "1:", "0", " ", "\t", "-", "_", ".", ",", ";", "@", "a@", "a.", '"'),
    *("'", "(", "(0)", "<", "<a", "<!--", "<!---->", "/", "1/", "+", "+1", "=", '="', "ä", "a,", "%", ":::"),
]


def patterns() -> dict[str, tuple[re.Pattern, list[str]]]:
    """Every pattern that stands in a module, and the methods by which it is used there; but those of readers
    that take no more than `_LONGEST`."""
    found = {}
    for package in map(importlib.import_module, PACKAGES):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if re.search(r"\.(management|migrations|admin)\b", info.name):
                continue
            module = importlib.import_module(info.name)
            if hasattr(module, "_LONGEST"):
                continue
            source = Path(module.__file__).read_text()
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern):
                    ways = set(re.findall(rf"\b{name}\.(match|search|fullmatch|sub|split|findall)\b", source))
                    found[f"{info.name}.{name}"] = (value, sorted(ways))
    return found


PATTERNS = patterns()


def seconds(call) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_its_time_once_per_letter(name):
    (pattern, ways), letters = PATTERNS[name], SHORT.get(name, LETTERS)
    for piece in PIECES:
        for end in ("", "!", " x"):
            text = piece * (letters // len(piece)) + end
            for way in ways:
                taken = seconds(lambda text=text, way=way: use(pattern, way, text))
                assert taken < LIMIT_SECONDS, (piece, end)


def use(pattern: re.Pattern, way: str, text: str):
    if isinstance(pattern.pattern, bytes):
        text = text.encode()
    return pattern.sub(text[:0], text) if way == "sub" else getattr(pattern, way)(text)


@pytest.mark.parametrize("text", [piece * 10_000 + end for piece in PIECES for end in ("", "x")])
def test_days_and_moments_of_ten_thousand_letters_are_none(text):
    from zoneinfo import ZoneInfo

    from django.core.exceptions import ValidationError

    for read in (parse_day, lambda text: parse_moment(text, ZoneInfo("Europe/Berlin"))):
        start = time.perf_counter()
        with pytest.raises(ValidationError):
            read(text)
        assert time.perf_counter() - start < LIMIT_SECONDS


@pytest.mark.parametrize(
    "content", [b"<!---->" * 60 + b"x", b"<!-- " * 1_600, b" " * 8_000 + b"<!--", b"<" * 8_000]
)
def test_what_a_file_is_is_known_at_once(content):
    assert seconds(lambda: find_kind(io.BytesIO(content))) < LIMIT_SECONDS
