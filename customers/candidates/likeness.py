"""When two customers may be one person: the one set of rules (PRODUCT L12). A name alone never says it."""

from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

from backoffice.core.text.formats import NO_YEAR
from backoffice.core.text.names import name_words
from customers.choices import ContactKind
from customers.models import DuplicateCandidate

Reason, Against = DuplicateCandidate.Reason, DuplicateCandidate.Against

CERTAIN, LIKELY, LEAST = 90, 60, 40
_MOST = 99
_FURTHER = 4  # what each reason beyond the strongest adds
_OTHER_NAME, _OTHER_BIRTHDAY = 20, 30
_GOOGLE = {"googlemail.com": "gmail.com"}
_SHORTEST_PHONE = 9


@dataclass(slots=True)
class Person:
    """What the rules look at; `points` are contact points as (kind, key, is_shared), aliases too."""

    pk: int
    first_name: str = ""
    last_name: str = ""
    birthday: date | None = None
    postcode: str = ""
    address1: str = ""
    points: list[tuple[str, str, bool]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    first: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.first = name_words(self.first_name)
        self.words = sorted([*self.first, *name_words(self.last_name)])

    @property
    def place(self) -> str:
        return "".join(self.postcode.split()).lower()

    @property
    def street(self) -> str:
        """`Ingwerstraße 12`, `Ingwerstr. 12` and `ingwerstrasse 12` are one."""
        words = "".join(name_words(self.address1))
        return words.replace("strasse", "str").replace("calle", "c")

    @property
    def surname(self) -> str:
        return " ".join(sorted(name_words(self.last_name)))


@dataclass(frozen=True)
class Likeness:
    """How likely two are one, from 0 to 99, and what speaks for it and against it."""

    score: int
    reasons: tuple[str, ...]
    against: tuple[str, ...] = ()


def loose_phone(key: str) -> str:
    """The end of a number, which is the same with a zero too many and under another country."""
    return key[-_SHORTEST_PHONE:] if len(key) > _SHORTEST_PHONE else ""


def loose_email(key: str) -> str:
    """`ida.ingwer+table@googlemail.com` as `idaingwer@gmail.com`."""
    name, _at, host = key.rpartition("@")
    return f"{name.partition('+')[0].replace('.', '')}@{_GOOGLE.get(host, host)}"


def keys_of_person(person: Person) -> set[int]:
    """Hashes of what this person shares with whoever may be the same."""
    texts = set()
    for kind, key, _is_shared in person.points:
        loose = loose_phone(key) if kind == ContactKind.PHONE else loose_email(key)
        texts.add(f"{kind[0]}:{loose}" if loose else "")
    if person.words:
        name = " ".join(person.words)
        if person.birthday:
            texts.add(f"b:{name}|{person.birthday:%m%d}")
        if person.street and person.place:
            texts.add(f"a:{name}|{person.place}|{person.street}")
    if person.surname and person.first and person.place:
        texts.add(f"s:{person.surname}|{person.place}|{person.first[0][0]}")
    return {_hash(text) for text in texts if text}


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)


def compare(one: Person, other: Person, *, seen: tuple[str, ...] = ()) -> Likeness | None:
    """None for people of whom nothing says that they are one. `seen` are reasons that were noted before and
    that nobody can tell from what is stored."""
    is_same_name = bool(one.words) and one.words == other.words
    found = dict.fromkeys(seen, 80)
    for reason, score in (*_by_points(one, other), *_by_name(one, other, is_same_name)):
        found[reason] = max(score, found.get(reason, 0))
    if not found:
        return None
    against = _against(one, other)
    score = min(max(found.values()) + _FURTHER * (len(found) - 1), _MOST)
    score -= _OTHER_NAME * (Against.NAME in against) + _OTHER_BIRTHDAY * (Against.BIRTHDAY in against)
    by_weight = sorted(found, key=lambda reason: (-found[reason], reason))
    if score < LEAST and not seen:
        return None
    return Likeness(max(score, 0), tuple(map(str, by_weight)), tuple(map(str, against)))


def _by_points(one: Person, other: Person):
    """A value that both have is shared, or they were one: it says something only with the name."""
    theirs = {(kind, key) for kind, key, _is_shared in other.points}
    alike = _first_names_agree(one, other)
    for kind, key, _is_shared in one.points:
        is_phone = kind == ContactKind.PHONE
        loosely = loose_phone if is_phone else loose_email
        if (kind, key) in theirs:
            if one.words and other.words and _names_fit(one, other):
                yield (Reason.SHARED_PHONE if is_phone else Reason.SHARED_EMAIL), 92
            continue
        loose = loosely(key)
        if loose and any(loose == loosely(value) for of_kind, value in theirs if of_kind == kind):
            yield (Reason.PHONE, 94 if alike else 80) if is_phone else (Reason.EMAIL, 95 if alike else 85)


def _by_name(one: Person, other: Person, is_same_name: bool):
    if is_same_name and one.birthday and other.birthday and _same_day(one.birthday, other.birthday):
        in_full = NO_YEAR not in (one.birthday.year, other.birthday.year)
        yield Reason.NAME_BIRTHDAY, 93 if in_full else 75
    if not one.place or one.place != other.place:
        return
    if is_same_name and one.street and one.street == other.street:
        yield Reason.NAME_ADDRESS, 90
    elif one.surname == other.surname and _is_initial_or_same(one, other):
        yield Reason.SURNAME_POSTCODE, 65 if is_same_name else 50


def _same_day(one: date, other: date) -> bool:
    years = {one.year, other.year} - {NO_YEAR}
    return (one.month, one.day) == (other.month, other.day) and len(years) <= 1


def _first_names_agree(one: Person, other: Person) -> bool:
    """The same, or an initial of it; one that is not known contradicts nothing."""
    if not one.first or not other.first:
        return True
    first, second = one.first[0], other.first[0]
    return first == second or (1 in (len(first), len(second)) and first[0] == second[0])


def _is_initial_or_same(one: Person, other: Person) -> bool:
    return bool(one.surname and one.first and other.first) and _first_names_agree(one, other)


def _names_fit(one: Person, other: Person) -> bool:
    """First names that agree, and a part of the surname in common."""
    if one.words == other.words:
        return True
    surnames = set(one.surname.split()) & set(other.surname.split())
    return bool(surnames) and _first_names_agree(one, other)


def _against(one: Person, other: Person) -> list[str]:
    found = []
    if one.words and other.words and not _names_fit(one, other):
        found.append(Against.NAME)
    if one.birthday and other.birthday and not _same_day(one.birthday, other.birthday):
        found.append(Against.BIRTHDAY)
    return found
