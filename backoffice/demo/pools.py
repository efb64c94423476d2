"""What invented customers are made of. Mail addresses and phone numbers are reserved for fiction."""

from random import Random
from typing import NamedTuple

from backoffice.demo.reading import read


class Origin(NamedTuple):
    """The names of one kind of family, and the language it reads.

    First names begin with those of the oldest, last names with the commonest.
    """

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
_LONGER = 0.1


class Phones:
    """Numbers in E.164 that belong to nobody, each given out once; more than anybody needs."""

    def __init__(self, country: str, rng: Random):
        pools = read("places")[country]["phones"]
        self._mobile_blocks: list[str] = pools["mobile"]
        self._landline_blocks: dict[str, str] = pools["landline"]
        self._rng = rng
        self._taken: set[str] = set()

    def mobile(self) -> str:
        while (number := self._fill(self._rng.choice(self._mobile_blocks))) in self._taken:
            pass
        self._taken.add(number)
        return number

    def landline(self, town: str) -> str:
        """One of that town; empty where none can be invented."""
        block = self._landline_blocks.get(town, "")
        while (number := self._fill(block)) in self._taken:
            # a fuller block takes longer numbers, as towns do
            block += "#" if self._rng.random() < _LONGER else ""
        if number:
            self._taken.add(number)
        return number

    def _fill(self, block: str) -> str:
        start = block.rstrip("#")
        digits = len(block) - len(start)
        return f"{start}{self._rng.randrange(10**digits):0{digits}}" if digits else start
