"""Rows of customers for the bench: names from the demo's pools, joined ever more often in two years."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from backoffice.core.text.text import fold_case
from backoffice.demo.pools import ORIGINS, PLACES
from customers.models.customer import search_text, sort_name

COLUMNS = (
    *("id", "organisation_id", "location_id", "first_name", "last_name", "email", "phone", "phone2"),
    *("company", "tax_id", "language", "country", "state", "city", "postcode", "address1", "address2"),
    *("birthday", "notes", "picture", "source", "module_bits", "tags_text", "is_active"),
    *("marketing_consent", "system_consent", "contact_consent"),
    *("email_key", "sort_name", "search_text", "birthday_month", "joined_at", "updated_at"),
)
POINT_COLUMNS = (
    *("organisation_id", "customer_id", "kind", "key", "value", "place", "is_shared", "origin", "added_at"),
)
_ORIGINS = tuple(ORIGINS.values())
DAYS = 730
FIRST_SHARE = 0.05  # of the customers, there on the first day
GROWTH = 0.7
_SOURCES = ("web", "store", "web", "delivery_platform", "reservation", "web", "store", "import")
_BITS = {"web": 1, "store": 2, "delivery_platform": 4, "reservation": 8, "import": 0}
PHONES = "+491512{:07d}"
RARE_NAME = "Zwiebelturm"  # a customer in ten thousand
OLD_NAME = "Altmannsdorf"  # the first customers alone: behind everybody in "newest first"
_OLD_SHARE = 0.03


def names_of(number: int, count: int) -> tuple[str, str]:
    """First and last name of one customer of `count`."""
    origin = _ORIGINS[number % len(_ORIGINS)]
    first = origin.first_names[number * 7 % len(origin.first_names)]
    last = origin.last_names[number * 13 // 8 % len(origin.last_names)]
    if number % 10_000 == 77:
        last = RARE_NAME
    elif number < count * _OLD_SHARE:
        last = OLD_NAME
    return first, last


def phone_of(number: int) -> str:
    return PHONES.format(number)


def email_of(first: str, last: str, number: int) -> str:
    """Empty for every fifth customer."""
    return "" if number % 5 == 4 else f"{_ascii(first)}.{_ascii(last)}{number}@example.org"


def _ascii(name: str) -> str:
    return "".join(char for char in name.lower() if char.isascii() and char.isalnum()) or "gast"


def has_marketing(number: int) -> bool:
    return number % 5 < 2


def is_tagged(number: int) -> bool:
    return number % 10 == 3


def joined_share(number: int, count: int) -> float:
    """When in the two years a customer joined, 0 to 1."""
    return 0.0 if number < count * FIRST_SHARE else (number / count) ** GROWTH


def rows(count: int, *, organisation_id: int, location_ids: list[int], start: datetime) -> Iterator[tuple]:
    """Yield rows of COLUMNS with ids from 1."""
    towns, streets = PLACES["DE"].towns, PLACES["DE"].streets
    for number in range(count):
        first, last = names_of(number, count)
        email, phone = email_of(first, last, number), phone_of(number)
        company = PLACES["DE"].companies[number % 5] if number % 17 == 0 else ""
        city, state, postcode = towns[number % len(towns)]
        source = _SOURCES[number * 5 % 8]
        joined = f"{start + timedelta(seconds=round(joined_share(number, count) * DAYS * 86_400)):%F %T}"
        month = number % 12 + 1 if number % 3 == 0 else 0
        yield (
            *(number + 1, organisation_id, location_ids[number % len(location_ids)], first, last, email),
            *(phone, "", company, "", ("de", "es", "en")[number % 3], "DE", state, city, postcode),
            *(f"{streets[number % len(streets)]} {number % 150 + 1}", ""),
            *(f"{1950 + number % 55}-{month:02d}-15" if month else None, "", "", source, _BITS[source]),
            *("Stammgast" if is_tagged(number) else "", number % 33 != 0, has_marketing(number)),
            *(False, False, fold_case(email), sort_name(first, last)),
            *(search_text(first, last, company, email, phone, ""), month, joined, joined),
        )


def point_rows(count: int, *, organisation_id: int, moment: str) -> Iterator[tuple]:
    """Yield rows of POINT_COLUMNS: the phones and e-mails of the same customers."""
    for number in range(count):
        phone, email = phone_of(number), email_of(*names_of(number, count), number)
        for kind, key, value in (("phone", phone, phone), ("email", fold_case(email), email)):
            if key:
                yield organisation_id, number + 1, kind, key, value, 0, False, "web", moment
