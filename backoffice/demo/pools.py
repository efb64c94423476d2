"""What invented customers are made of. Mail addresses and phone numbers are reserved for fiction."""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from backoffice.demo.reading import read


class Origin(NamedTuple):
    """The names of one kind of family, and the language it reads."""

    language: str
    first_names: list[str]
    last_names: list[str]


class Place(NamedTuple):
    """Where customers of a country live, what their companies are called, what staff note about them.

    Regulars and companies have a tag each; of the others `tags_per_mille` of a thousand customers.
    """

    streets: list[str]
    towns: list[list[str]]
    companies: list[str]
    notes: list[str]
    regular_tag: str
    company_tag: str
    tags_per_mille: dict[str, int]


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.replace("\n", " ").split(",")]


def _origin(pool: dict) -> Origin:
    return Origin(pool["language"], _listed(pool["first"]), _listed(pool["last"]))


def _place(pool: dict) -> Place:
    return Place(
        streets=_listed(pool["streets"]),
        towns=pool["towns"],
        companies=_listed(pool["companies"]),
        notes=pool["notes"],
        regular_tag=pool["tags"]["regular"],
        company_tag=pool["tags"]["company"],
        tags_per_mille=pool["tags"]["per_mille"],
    )


ORIGINS = {key: _origin(pool) for key, pool in read("names")["origins"].items()}
PLACES = {country: _place(pool) for country, pool in read("places").items()}
MIX = read("names")["mix"]  # by country: how many of a thousand customers are of which origin

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
