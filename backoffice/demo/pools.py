"""What invented guests are made of. Mail addresses and phone numbers are reserved for fiction."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple


class Origin(NamedTuple):
    """The names of one kind of family, and the language it reads."""

    language: str
    first_names: list[str]
    last_names: list[str]


class Place(NamedTuple):
    """Where guests of a country live, what their companies are called, what staff note about them."""

    streets: list[str]
    towns: list[list[str]]
    companies: list[str]
    notes: list[str]


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.replace("\n", " ").split(",")]


_POOLS = tomllib.loads(Path(__file__).with_name("pools.toml").read_text(encoding="utf-8"))
ORIGINS = {
    key: Origin(pool["language"], _listed(pool["first"]), _listed(pool["last"]))
    for key, pool in _POOLS["names"].items()
}
PLACES = {
    country: Place(_listed(pool["streets"]), pool["towns"], _listed(pool["companies"]), pool["notes"])
    for country, pool in _POOLS["places"].items()
}
# How many of a thousand guests are of which origin.
MIX = {
    "DE": {
        "german": 540,
        "spanish": 110,
        "turkish": 90,
        "polish": 60,
        "italian": 60,
        "english": 50,
        "other": 90,
    },
    "ES": {"spanish": 890, "english": 50, "german": 40, "other": 20},
}

# Blocks that the German regulator keeps for books and films; the digits after them are free.
_BLOCKS = ("+493023125", "+494066969", "+496990009", "+492214710", "+498999998")
_MOBILE_BLOCKS = ("+4917139200", "+49176040690")


def phone_numbers(country: str, rng: Random) -> Iterator[str]:
    """Different numbers in E.164 that belong to nobody; more than anybody needs."""
    if country == "ES":
        # No range is kept for fiction there, but none begins with 5.
        yield from (f"+34555{number:06}" for number in rng.sample(range(1_000_000), 100_000))
        return
    mobile = [f"{block}{number:02}" for block in _MOBILE_BLOCKS for number in range(100)]
    for digits in (3, 4, 5, 6):
        numbers = [f"{block}{number:0{digits}}" for block in _BLOCKS for number in range(10**digits)]
        numbers += mobile if digits == 3 else []
        rng.shuffle(numbers)
        yield from numbers
