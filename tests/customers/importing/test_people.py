"""Two people with one phone number or one e-mail are never silently one customer."""

import pytest

from customers.importing.persons import may_be_one_person
from customers.models import Customer, ImportCorrection, ImportRow
from tests.factories import make_customer

COUPLE = ["Paula,Paar,paula@example.org,030 23125400", "Peter,Paar,peter@example.org,030 23125400"]


def contacts() -> dict[str, tuple[str, str]]:
    return {
        customer.first_name: (customer.email, customer.phone) for customer in Customer.objects.order_by("pk")
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Müller", "anna mueller"),
        ("Müller, Anna", "Anna Müller"),
        ("A. Müller", "Anna Müller"),
        ("Anna", "Anna Müller"),
        ("", "Anna Müller"),
        ("Anna-Lena Groß", "Anna Lena Gross"),
        ("María José Núñez", "Maria Jose Nunez"),
    ],
)
def test_spellings_of_one_name_may_be_one_person(one, other):
    assert may_be_one_person(one, other)
    assert may_be_one_person(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Paula Paar", "Peter Paar"),
        ("Julian Sommer", "Juliana Sommer"),
        ("Anna Müller", "Anna Schmidt"),
        ("Mario Rossi", "Maria Rossi"),
        ("Anna Müller", "Bernd"),
    ],
)
def test_other_names_are_other_people(one, other):
    assert not may_be_one_person(one, other)
    assert not may_be_one_person(other, one)


@pytest.mark.parametrize("lines_between", [0, 600])
def test_a_couple_with_one_number_comes_in_as_two(imported, lines_between):
    others = [f"Guest,n{number},g{number}@example.org," for number in range(lines_between)]
    run = imported(COUPLE[0], *others, COUPLE[1])

    assert contacts()["Paula"] == ("paula@example.org", "+493023125400")
    assert contacts()["Peter"] == ("peter@example.org", "")
    note = ImportRow.objects.get(run=run)
    assert "Paula Paar" in note.hints[0]
    # within one chunk the other is not stored yet: then it is named by its line
    assert note.rivals == {"phone": Customer.objects.get(first_name="Paula").pk if others else -2}


def test_the_check_says_the_same_as_the_import(bring, check):
    run = check(bring(*COUPLE, "Pia,Paar,,030 23125400"))
    assert (run.checked["created"], run.checked["duplicates"], run.checked["hints"]) == (3, 0, 2)


def test_the_same_list_again_makes_no_third(imported):
    rows = [*COUPLE, "Pia,Paar,,030 23125400"]
    imported(*rows)
    before = list(Customer.objects.order_by("pk").values())

    run = imported(*rows)

    assert list(Customer.objects.order_by("pk").values()) == before
    assert (run.counts["created"], run.counts["unchanged"]) == (0, 3)


def test_the_number_of_a_stored_customer_with_another_name_stays_theirs(imported, organisation):
    stored = make_customer(organisation, first_name="Anna", last_name="Alt", phone="+493023125400", email="")

    run = imported("Bernd,Bauer,,030 23125400", on_existing="overwrite")

    stored.refresh_from_db()
    assert (stored.name, stored.phone) == ("Anna Alt", "+493023125400")
    assert contacts()["Bernd"] == ("", "")
    assert ImportRow.objects.get(run=run).rivals == {"phone": stored.pk}


def test_with_both_contacts_a_new_last_name_is_no_new_person(imported, organisation):
    make_customer(
        organisation, first_name="Anna", last_name="Alt", phone="+493023125400", email="anna@example.org"
    )
    imported("Anna,Neu,anna@example.org,030 23125400", on_existing="overwrite")
    assert Customer.objects.get().name == "Anna Neu"


def test_the_email_tells_whose_row_it_is_when_the_number_is_shared(imported, organisation):
    make_customer(organisation, first_name="Paula", last_name="Paar", phone="+493023125400", email="")
    peter = make_customer(
        organisation, first_name="Peter", last_name="Paar", phone="", email="peter@example.org"
    )

    run = imported(
        "Peter,Paar,peter@example.org,030 23125400,Firma", head="first_name,last_name,email,phone,company"
    )

    peter.refresh_from_db()
    assert (peter.company, peter.phone, run.counts["conflicts"]) == ("Firma", "", 0)


def test_a_person_can_say_that_both_are_one(bring, check, take_in, correct):
    run = check(bring(*COUPLE))
    (note,) = ImportRow.objects.filter(run=run)

    correct(run, note.line, decision=ImportCorrection.Decision.SAME)
    run.refresh_from_db()
    assert (run.checked["created"], run.checked["duplicates"]) == (1, 1)
    take_in(run)

    assert contacts() == {"Paula": ("paula@example.org", "+493023125400")}
