"""Invents customers: who they are, how they first came, and how often they come back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import NamedTuple

from backoffice.core.text.formats import NO_YEAR
from backoffice.core.text.text import fold
from backoffice.demo.pools import MIX, ORIGINS, PLACES, Origin, Phones
from backoffice.demo.reading import read

_HABITS = {
    name: (habit["share"], *habit["visits"], habit["days"])
    for name, habit in read("habits")["habits"].items()
}
_SOURCES = read("habits")["sources"]
_MAIL_DOMAINS = ("example.org", "example.com", "example.net")
_MAIL_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ł": "l", "ø": "oe", "đ": "d"}
)
_OLDEST, _YOUNGEST = 1941, 2006
_TRIES = 20  # at a name that nobody has yet
_NAMESAKE_AMONG = 1000


class Person(NamedTuple):
    first_name: str
    last_name: str
    born: int
    language: str


class Household(NamedTuple):
    """What those share who live together. `home` is the index of the location they go to."""

    home: int
    address: dict[str, str]
    landline: str


@dataclass(slots=True)
class InventedCustomer:
    """One of them. `joined_day` and `visits` are numbers of days in the calendar."""

    first_name: str
    last_name: str
    phone: str
    phone2: str
    email: str
    language: str
    source: str
    home: int  # index of the location
    habit: str
    joined_day: int
    visits: list[int]
    company: str = ""
    tax_id: str = ""
    address1: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    birthday: date | None = None
    notes: str = ""
    is_inactive: bool = False
    tags: list[str] = field(default_factory=list)


class CustomerMaker:
    """Makes customers of one country; the same random numbers make the same customers."""

    def __init__(self, country: str, location_weights: list[int], calendar, rng: Random):
        self.country = country
        self.place = PLACES[country]
        self.location_weights = location_weights
        self.calendar = calendar
        self.rng = rng
        self._phones = Phones(country, rng)
        self._mails: set[str] = set()
        self._tax_ids: dict[str, str] = {}
        self._people: dict[tuple[str, str], Person] = {}

    def make(self, count: int) -> Iterator[InventedCustomer]:
        """Yield customers, some of them families that share surname, address, location and a landline.

        One in every thousand has the name of somebody else.
        """
        made, namesake = 0, self.rng.randrange(1, _NAMESAKE_AMONG)
        while made < count:
            size = min(self.rng.choices((1, 2, 3, 4), (80, 12, 5, 3))[0], count - made)
            if made >= namesake:
                people = [self.rng.choice(list(self._people.values()))]
                namesake = (made // _NAMESAKE_AMONG + 1) * _NAMESAKE_AMONG + self.rng.randrange(
                    _NAMESAKE_AMONG
                )
            else:
                people = list(self._family(size))
            household = self._household(len(people))
            for person in people:
                yield self._customer(person, household)
            made += len(people)

    def _family(self, size: int) -> Iterator[Person]:
        rng = self.rng
        mix = MIX[self.country]
        origin = ORIGINS[rng.choices(list(mix), mix.values())[0]]
        last_name = origin.last_names[int(len(origin.last_names) * rng.random() ** 1.2)]
        language = origin.language if rng.random() < 0.8 else {"DE": "de", "ES": "es"}[self.country]
        age = rng.random()  # of those who may be guests, the oldest first
        for _ in range(size):
            person = self._person(origin, last_name, language, age)
            self._people[person[:2]] = person
            yield person

    def _person(self, origin: Origin, last_name: str, language: str, age: float) -> Person:
        """Somebody of about that age with the first name of such people and a name that is still free."""
        for tries in range(_TRIES):
            place = min(max(self.rng.gauss(age, 0.06 + 0.03 * tries), 0), 0.999)
            first_name = origin.first_names[int(len(origin.first_names) * place)]
            if (first_name, last_name) not in self._people:
                break
        return Person(first_name, last_name, int(_OLDEST + (_YOUNGEST + 1 - _OLDEST) * place), language)

    def _household(self, size: int) -> Household:
        rng = self.rng
        home = rng.choices(range(len(self.location_weights)), self.location_weights)[0]
        address = self._address() if size > 1 or rng.random() < 0.35 else {}
        landline = ""
        if address and rng.random() < (0.4 if size > 1 else 0.1):
            landline = self._phones.landline(address["city"])
        return Household(home, address, landline)

    def _customer(self, person: Person, household: Household) -> InventedCustomer:
        rng = self.rng
        habit = rng.choices(list(_HABITS), [share for share, *_ in _HABITS.values()])[0]
        # A fifth were there when the book was opened, or the first year would look deserted.
        joined_day = self.calendar.a_day(rng, 0, 40 if rng.random() < 0.2 else None)
        reach = rng.random()  # most leave both, some only one
        sources = _SOURCES["never" if habit == "never" else "ordering"]
        phone = self._phone(household) if reach < 0.86 else ""
        customer = InventedCustomer(
            first_name=person.first_name,
            last_name=person.last_name,
            phone=phone,
            phone2=household.landline if phone else "",
            email=self._mail(person.first_name, person.last_name) if reach > 0.22 else "",
            language=person.language,
            source=rng.choices(list(sources), sources.values())[0],
            home=household.home,
            habit=habit,
            joined_day=joined_day,
            visits=self._visits(habit, joined_day),
            **household.address,
        )
        self._add_details(customer, person.born)
        return customer

    def _phone(self, household: Household) -> str:
        """A mobile for most; a landline is of the town, or of the restaurant's if that is not known."""
        landline = ""
        if not household.landline and self.rng.random() < 0.18:
            landline = self._phones.landline(household.address.get("city", self.place.towns[0][0]))
        return landline or self._phones.mobile()

    def _visits(self, habit: str, joined_day: int) -> list[int]:
        _, fewest, most, share = _HABITS[habit]
        if not most:
            return []
        rng = self.rng
        all_days = len(self.calendar.days) - 1
        left = (all_days - joined_day) / all_days
        last_day = joined_day + int((all_days - joined_day) * share)
        count = max(1, round(rng.randint(fewest, most) * left * share))
        days = [joined_day] + [self.calendar.a_day(rng, joined_day, last_day) for _ in range(count - 1)]
        return sorted(days)

    def _mail(self, first_name: str, last_name: str) -> str:
        rng = self.rng
        first, last = (_mail_part(name) for name in (first_name, last_name))
        wanted = rng.choice(
            (f"{first}.{last}", f"{first[0]}.{last}", f"{last}{rng.randint(60, 99)}", f"{first}{last}")
        )
        domain = rng.choice(_MAIL_DOMAINS)
        address, number = f"{wanted}@{domain}", 2
        while address in self._mails:
            address, number = f"{wanted}{number}@{domain}", number + 1
        self._mails.add(address)
        return address

    def _address(self) -> dict[str, str]:
        rng = self.rng
        city, state, postcode = rng.choice(self.place.towns)
        number = f"{rng.randint(1, 148)}{rng.choice(('', '', '', 'a', 'b'))}"
        street = rng.choice(self.place.streets)
        return {
            "address1": f"{street} {number}" if self.country == "DE" else f"{street}, {number}",
            "city": city,
            "state": state,
            "postcode": postcode,
            "country": self.country,
        }

    def _add_details(self, customer: InventedCustomer, born: int) -> None:
        rng = self.rng
        if rng.random() < 0.04:
            customer.company = rng.choice(self.place.companies)
            customer.tax_id = self._tax_id(customer.company)
        if not customer.country and rng.random() < 0.4:
            customer.country = self.country
        if rng.random() < 0.35:
            year = NO_YEAR if rng.random() < 0.25 else born
            customer.birthday = date(year, rng.randint(1, 12), rng.randint(1, 28))
        if rng.random() < (0.3 if customer.habit == "regular" else 0.04):
            customer.notes = rng.choice(self.place.notes)
        customer.is_inactive = rng.random() < (0.01 if customer.habit == "regular" else 0.035)
        self._tag(customer)

    def _tax_id(self, company: str) -> str:
        prefix, digits = {"DE": ("DE", 9), "ES": ("ESB", 8)}[self.country]
        number = f"{prefix}{self.rng.randrange(10**digits):0{digits}}"
        return self._tax_ids.setdefault(company, number)

    def _tag(self, customer: InventedCustomer) -> None:
        if customer.habit == "regular":
            customer.tags.append(self.place.regular_tag)
        if customer.company:
            customer.tags.append(self.place.company_tag)
        for name, per_mille in self.place.tags_per_mille.items():
            if self.rng.random() * 1000 < per_mille:
                customer.tags.append(name)


def _mail_part(name: str) -> str:
    letters = fold(name.lower().translate(_MAIL_LETTERS))
    return "".join(char for char in letters if char.isascii() and char.isalnum()) or "gast"
