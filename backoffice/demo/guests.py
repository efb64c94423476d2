"""Invents guests: who they are, how they first came, and how often they come back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

from backoffice.core.text.text import fold
from backoffice.demo.pools import MIX, ORIGINS, PLACES, phone_numbers
from customers.choices import Source

# Share in per cent, visits in two years from … to, and for how many of the days since joining.
_HABITS = {
    "regular": (7, 24, 85, 1.0),
    "lapsed": (5, 10, 30, 0.45),
    "occasional": (26, 3, 14, 1.0),
    "rare": (48, 1, 2, 1.0),
    "never": (14, 0, 0, 1.0),
}
_SOURCES = {
    Source.WEB: 40,
    Source.STORE: 24,
    Source.DELIVERY_PLATFORM: 16,
    Source.RESERVATION: 20,
}
_SOURCES_WITHOUT_ORDER = {Source.WEB: 45, Source.MANUAL: 25, Source.RESERVATION: 20, Source.IMPORT: 10}
_MAIL_DOMAINS = ("example.org", "example.com", "example.net")
_MAIL_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ł": "l", "ø": "oe", "đ": "d"}
)


@dataclass(slots=True)
class Guest:
    """One invented guest. `joined_day` and `visits` are numbers of days in the calendar."""

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


class GuestMaker:
    """Makes guests of one country; the same random numbers make the same guests."""

    def __init__(self, country: str, location_weights: list[int], calendar, rng: Random):
        self.country = country
        self.place = PLACES[country]
        self.location_weights = location_weights
        self.calendar = calendar
        self.rng = rng
        self._phones = phone_numbers(country, rng)
        self._mails: set[str] = set()

    def make(self, count: int) -> Iterator[Guest]:
        """Yield guests, some of them families that share surname, address and location."""
        made = 0
        while made < count:
            size = self.rng.choices((1, 2, 3, 4), (80, 12, 5, 3))[0]
            for guest in self._family(min(size, count - made)):
                made += 1
                yield guest

    def _family(self, size: int) -> Iterator[Guest]:
        rng = self.rng
        mix = MIX[self.country]
        origin = ORIGINS[rng.choices(list(mix), mix.values())[0]]
        last_name = rng.choice(origin.last_names)
        home = rng.choices(range(len(self.location_weights)), self.location_weights)[0]
        address = self._address() if rng.random() < 0.45 else {}
        for first_name in rng.sample(origin.first_names, size):
            language = origin.language if rng.random() < 0.8 else {"DE": "de", "ES": "es"}[self.country]
            guest = self._guest(first_name, last_name, language, home)
            for name, value in address.items():
                setattr(guest, name, value)
            self._add_details(guest)
            yield guest

    def _guest(self, first_name: str, last_name: str, language: str, home: int) -> Guest:
        rng = self.rng
        habit = rng.choices(list(_HABITS), [share for share, *_ in _HABITS.values()])[0]
        # A fifth were there when the book was opened, or the first year would look deserted.
        joined_day = self.calendar.a_day(rng, 0, 40 if rng.random() < 0.2 else None)
        reach = rng.random()  # most leave both, some only one
        sources = _SOURCES if habit != "never" else _SOURCES_WITHOUT_ORDER
        return Guest(
            first_name=first_name,
            last_name=last_name,
            phone=next(self._phones) if reach < 0.86 else "",
            email=self._mail(first_name, last_name) if reach > 0.22 else "",
            language=language,
            source=str(rng.choices(list(sources), sources.values())[0]),
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

    def _add_details(self, guest: Guest) -> None:
        rng = self.rng
        if rng.random() < 0.06:
            guest.company = rng.choice(self.place.companies)
            prefix = {"DE": "DE", "ES": "ESB"}[self.country]
            guest.tax_id = f"{prefix}{rng.randint(0, 999_999_999):09}"
        if not guest.country and rng.random() < 0.4:
            guest.country = self.country
        if rng.random() < 0.35:
            guest.birthday = date(rng.randint(1941, 2006), rng.randint(1, 12), rng.randint(1, 28))
        if rng.random() < (0.3 if guest.habit == "regular" else 0.04):
            guest.notes = rng.choice(self.place.notes)
        guest.is_inactive = rng.random() < (0.01 if guest.habit == "regular" else 0.035)
        self._tag(guest)

    def _tag(self, guest: Guest) -> None:
        if guest.habit == "regular":
            guest.tags.append({"DE": "Stammgast", "ES": "Habitual"}[self.country])
        if guest.company:
            guest.tags.append({"DE": "Firmenkunde", "ES": "Empresa"}[self.country])
        for name, per_mille in _TAGS[self.country].items():
            if self.rng.random() * 1000 < per_mille:
                guest.tags.append(name)


_TAGS = {
    "DE": {
        "VIP": 15,
        "Mittagstisch": 70,
        "Terrasse": 50,
        "Vegetarisch": 60,
        "Nachbarschaft": 45,
        "Chor": 12,
        "Presse": 4,
    },
    "ES": {"Terraza": 80, "Vegetariano": 60, "VIP": 20},
}


def _mail_part(name: str) -> str:
    letters = fold(name.lower().translate(_MAIL_LETTERS))
    return "".join(char for char in letters if char.isascii() and char.isalnum()) or "gast"
