"""What makes invented guests believable, before anything is stored."""

from collections import Counter, defaultdict
from datetime import date
from random import Random
from zoneinfo import ZoneInfo

import pytest
from phonenumbers import PhoneNumberType, carrier, geocoder, is_valid_number, number_type, parse

from backoffice.core.text.formats import NO_YEAR
from backoffice.demo.calendar import Calendar
from backoffice.demo.customers import CustomerMaker, InventedCustomer
from backoffice.demo.pools import ORIGINS, PLACES

TODAY = date(2026, 7, 18)
# as the geocoder calls the towns
TOWNS = {"Bernau bei Berlin": "Bernau Brandenburg", "": "Berlin"}


def guests(count: int, *, seed: int = 1, country: str = "DE") -> list[InventedCustomer]:
    calendar = Calendar(TODAY, ZoneInfo("Europe/Berlin"))
    return list(CustomerMaker(country, [5, 3, 2], calendar, Random(seed)).make(count))


@pytest.fixture(scope="module")
def many() -> list[InventedCustomer]:
    return guests(5000)


def shared_names(people: list[InventedCustomer]) -> list[int]:
    counts = Counter((one.first_name, one.last_name) for one in people)
    return [count for count in counts.values() if count > 1]


def households(people: list[InventedCustomer]) -> list[list[InventedCustomer]]:
    """Those of one surname at one address."""
    found = defaultdict(list)
    for one in people:
        if one.address1:
            found[one.last_name, one.address1, one.city, one.postcode].append(one)
    return [members for members in found.values() if len(members) > 1]


def share(people: list[InventedCustomer], origin: str) -> float:
    pool = ORIGINS[origin]
    named = [one for one in people if one.first_name in pool.first_names and one.last_name in pool.last_names]
    return len(named) / len(people)


@pytest.mark.parametrize("seed", range(1, 5))
def test_of_five_thousand_guests_a_handful_are_namesakes(seed):
    shared = shared_names(guests(5000, seed=seed))

    assert 3 <= len(shared) <= 9
    assert max(shared) <= 3


@pytest.mark.parametrize("seed", range(1, 9))
def test_of_three_hundred_guests_at_most_two_share_a_name(seed):
    assert shared_names(guests(300, seed=seed)) in ([], [2])


def test_families_live_together(many):
    families = households(many)

    assert 0.2 < sum(map(len, families)) / len(many) < 0.5
    assert {2, 3, 4} <= {len(members) for members in families}
    assert max(map(len, families)) <= 5  # neighbours may have the same name
    for members in families:
        assert len({one.home for one in members}) == 1 or len(members) > 2


def test_some_families_share_a_landline_and_nobody_a_first_number(many):
    phones = [one.phone for one in many if one.phone]
    shared = Counter(one.phone2 for one in many if one.phone2)

    assert len(set(phones)) == len(phones)
    assert not shared.keys() & set(phones)
    assert sum(count > 1 for count in shared.values()) > 50
    assert max(shared.values()) <= 4
    for members in households(many):
        if len(members) == 2:
            assert len({one.phone2 for one in members if one.phone}) <= 1


def test_most_guests_give_a_mobile_number(many):
    kinds = Counter(number_type(parse(one.phone)) for one in many if one.phone)

    assert set(kinds) == {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE}
    assert 0.8 < kinds[PhoneNumberType.MOBILE] / kinds.total() < 0.9


def test_a_landline_is_of_the_town_where_the_guest_lives(many):
    towns = set()
    for one in many:
        for number in map(parse, filter(None, (one.phone, one.phone2))):
            if number_type(number) == PhoneNumberType.FIXED_LINE:
                assert geocoder.description_for_number(number, "de") == TOWNS.get(one.city, one.city)
                towns.add(one.city)
    assert len(towns) > 4


@pytest.mark.parametrize("country", ["DE", "ES"])
def test_a_mobile_number_is_valid_and_no_operator_has_it(country):
    reserved = ("+4917139200", "+49176040690")
    for one in guests(600, seed=2, country=country):
        number = parse(one.phone) if one.phone else None
        if number and number_type(number) == PhoneNumberType.MOBILE:
            assert is_valid_number(number)
            assert one.phone.startswith(reserved) or not carrier.name_for_number(number, "en")


def test_names_come_from_as_many_countries_as_the_guests(many):
    assert 0.55 < share(many, "german") < 0.7
    assert 0.06 < share(many, "turkish") < 0.13
    for origin in ("spanish", "english", "polish", "italian"):
        assert 0.02 < share(many, origin) < 0.09, origin
    assert share(guests(250, country="ES"), "spanish") > 0.75
    assert {"de", "es", "en"} <= {one.language for one in many}


def test_first_names_fit_the_age(many):
    german = ORIGINS["german"]
    ages = defaultdict(list)
    for one in many:
        if one.birthday and one.birthday.year != NO_YEAR and one.last_name in german.last_names:
            ages[one.first_name].append(one.birthday.year)

    assert max(year for name in german.first_names[:15] for year in ages[name]) < 1955
    assert min(year for name in german.first_names[-15:] for year in ages[name]) > 1995


def test_some_birthdays_have_no_year(many):
    years = [one.birthday.year for one in many if one.birthday]

    assert 0.25 < len(years) / len(many) < 0.45
    assert 0.15 < years.count(NO_YEAR) / len(years) < 0.35
    assert all(year == NO_YEAR or 1941 <= year <= 2006 for year in years)


def test_a_few_guests_come_for_a_company_that_has_one_tax_id(many):
    companies = defaultdict(set)
    for one in many:
        companies[one.company].add(one.tax_id)

    assert companies.pop("") == {""}
    assert set(companies) == set(PLACES["DE"].companies)
    assert all(len(tax_ids) == 1 for tax_ids in companies.values())
    assert 0.02 < sum(bool(one.company) for one in many) / len(many) < 0.06
