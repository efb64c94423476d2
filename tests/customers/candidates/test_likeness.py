"""Who may be one person, and why: each rule with what it must not take for one."""

from datetime import date

import pytest

from backoffice.core.text.formats import NO_YEAR
from customers.candidates.likeness import CERTAIN, LIKELY, Person, compare, keys_of_person

IDA = {"first_name": "Ida", "last_name": "Ingwer"}
HOME = {"postcode": "12345", "address1": "Ingwerstraße 12"}
BORN = date(1980, 6, 21)
PHONE, EMAIL = ("phone", "+4917139200027", False), ("email", "ida.ingwer@example.org", False)


def pair(one, other):
    return Person(1, **one), Person(2, **other)


def reasons(one, other):
    people = pair(one, other)
    likeness = compare(*people)
    if likeness is not None:  # whom the rules find alike, the keys find at all
        assert keys_of_person(people[0]) & keys_of_person(people[1])
    return likeness and likeness.reasons


ALIKE = {
    "phone": (IDA | {"points": [PHONE]}, {"points": [("phone", "+49017139200027", False)]}),
    "shared_phone": (
        IDA | {"points": [("phone", "+4930111222333", True)]},
        {"first_name": "I.", "last_name": "Ingwer-Holl", "points": [("phone", "+4930111222333", True)]},
    ),
    "email": (IDA | {"points": [EMAIL]}, {"points": [("email", "idaingwer+web@example.org", False)]}),
    "shared_email": (
        IDA | {"points": [("email", "home@example.org", True)]},
        IDA | {"points": [("email", "home@example.org", True)]},
    ),
    "name_birthday": (
        IDA | {"birthday": BORN},
        {"first_name": "INGWER", "last_name": "Ida", "birthday": BORN},
    ),
    "name_address": (IDA | HOME, IDA | {"postcode": "12345", "address1": "Ingwerstr. 12"}),
    "surname_postcode": (IDA | {"postcode": "12345"}, IDA | {"first_name": "I.", "postcode": "12345"}),
}

UNLIKE = {
    "a name alone": (IDA, IDA),
    "a family line": (
        IDA | {"points": [("phone", "+4930111222333", True)]},
        {"first_name": "Otto", "last_name": "Ingwer", "points": [("phone", "+4930111222333", True)]},
    ),
    "a shared e-mail of nobody's name": (
        IDA | {"points": [("email", "office@example.org", True)]},
        {"points": [("email", "office@example.org", True)]},
    ),
    "a family in one postcode": (IDA | HOME, IDA | {"first_name": "Otto"} | HOME),
    "another birthday": (IDA | {"birthday": BORN}, IDA | {"birthday": date(1981, 6, 21)}),
    "another street": (IDA | HOME, {"first_name": "Ida", "last_name": "Holl"} | HOME),
    "nothing at all": ({}, {}),
    "a short number": ({"points": [("phone", "+49110", False)]}, {"points": [("phone", "+43110", False)]}),
}


@pytest.mark.parametrize("reason", ALIKE)
def test_each_reason_is_found_in_both_directions(reason):
    one, other = ALIKE[reason]
    assert reasons(one, other) == reasons(other, one) == (reason,)


@pytest.mark.parametrize("why", UNLIKE)
def test_what_says_nothing_makes_no_candidate(why):
    assert reasons(*UNLIKE[why]) is None


def test_several_reasons_make_it_more_certain_the_strongest_first():
    one = IDA | HOME | {"birthday": BORN, "points": [PHONE]}
    other = IDA | HOME | {"birthday": BORN, "points": [("phone", "+43017139200027", False)]}

    likeness = compare(*pair(one, other))

    assert likeness.reasons == ("phone", "name_birthday", "name_address")
    assert CERTAIN <= likeness.score <= 99


def test_what_speaks_against_it_is_said_and_lowers_it():
    one = IDA | {"birthday": BORN, "points": [PHONE]}
    other = {"first_name": "Otto", "last_name": "Ohne", "points": [("phone", "+49017139200027", False)]}

    likeness = compare(*pair(one, other))

    assert likeness.against == ("name",)
    assert likeness.score == LIKELY


def test_a_birthday_without_a_year_says_less():
    likely = compare(*pair(IDA | {"birthday": BORN}, IDA | {"birthday": date(NO_YEAR, 6, 21)}))
    assert LIKELY <= likely.score < CERTAIN


def test_what_was_seen_with_an_order_stays_a_reason():
    assert compare(*pair(IDA, {}), seen=("phone_and_email",)).reasons == ("phone_and_email",)
