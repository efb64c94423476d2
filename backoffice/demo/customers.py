"""Invents customers: who they are, how they first came, and how often they come back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

from backoffice.core.text.text import fold
from backoffice.demo.pools import MIX, ORIGINS, PLACES, phone_numbers
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


@dataclass(slots=True)
class InventedCustomer:
    """One of them. `joined_day` and `visits` are numbers of days in the calendar."""

    first_name: str
    last_name: str
    phone: str
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
        self._phones = phone_numbers(country, rng)
        self._mails: set[str] = set()

    def make(self, count: int) -> Iterator[InventedCustomer]:
        """Yield customers, some of them families that share surname, address and location."""
        made = 0
        while made < count:
            size = self.rng.choices((1, 2, 3, 4), (80, 12, 5, 3))[0]
            for customer in self._family(min(size, count - made)):
                made += 1
                yield customer

    def _family(self, size: int) -> Iterator[InventedCustomer]:
        rng = self.rng
        mix = MIX[self.country]
        origin = ORIGINS[rng.choices(list(mix), mix.values())[0]]
        last_name = rng.choice(origin.last_names)
        home = rng.choices(range(len(self.location_weights)), self.location_weights)[0]
        address = self._address() if rng.random() < 0.45 else {}
        for first_name in rng.sample(origin.first_names, size):
            language = origin.language if rng.random() < 0.8 else {"DE": "de", "ES": "es"}[self.country]
            customer = self._customer(first_name, last_name, language, home)
            for name, value in address.items():
                setattr(customer, name, value)
            self._add_details(customer)
            yield customer

    def _customer(self, first_name: str, last_name: str, language: str, home: int) -> InventedCustomer:
        rng = self.rng
        habit = rng.choices(list(_HABITS), [share for share, *_ in _HABITS.values()])[0]
        # A fifth were there when the book was opened, or the first year would look deserted.
        joined_day = self.calendar.a_day(rng, 0, 40 if rng.random() < 0.2 else None)
        reach = rng.random()  # most leave both, some only one
        sources = _SOURCES["never" if habit == "never" else "ordering"]
        return InventedCustomer(
            first_name=first_name,
            last_name=last_name,
            phone=next(self._phones) if reach < 0.86 else "",
            email=self._mail(first_name, last_name) if reach > 0.22 else "",
            language=language,
            source=rng.choices(list(sources), sources.values())[0],
            home=home,
            habit=habit,
            joined_day=joined_day,
            visits=self._visits(habit, joined_day),
        )

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

    def _add_details(self, customer: InventedCustomer) -> None:
        rng = self.rng
        if rng.random() < 0.06:
            customer.company = rng.choice(self.place.companies)
            prefix = {"DE": "DE", "ES": "ESB"}[self.country]
            customer.tax_id = f"{prefix}{rng.randint(0, 999_999_999):09}"
        if not customer.country and rng.random() < 0.4:
            customer.country = self.country
        if rng.random() < 0.35:
            customer.birthday = date(rng.randint(1941, 2006), rng.randint(1, 12), rng.randint(1, 28))
        if rng.random() < (0.3 if customer.habit == "regular" else 0.04):
            customer.notes = rng.choice(self.place.notes)
        customer.is_inactive = rng.random() < (0.01 if customer.habit == "regular" else 0.035)
        self._tag(customer)

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
