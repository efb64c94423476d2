"""Files of customers meet contact points: further numbers, aliases, shared ones."""

import pytest

from customers.invariants import broken_invariants
from customers.models import ContactPoint, Customer
from customers.records.registering import edit_customer
from tests.factories import make_customer

PHONE, HOME = "+4917139200012", "+493023125400"


def points(customer) -> dict[str, int | None]:
    return dict(ContactPoint.objects.filter(customer=customer, kind="phone").values_list("key", "place"))


@pytest.fixture
def anna(organisation):
    return make_customer(
        organisation, first_name="Anna", last_name="Alt", phone=PHONE, phone2=HOME, email="anna@example.org"
    )


def test_new_customers_have_their_points(imported, organisation):
    imported("Anna,Alt,anna@example.org,0171 39200012")

    assert points(Customer.objects.get()) == {PHONE: 0}
    assert ContactPoint.objects.filter(kind="email", place=0, key="anna@example.org").exists()
    assert list(broken_invariants(organisation)) == []


def test_a_further_number_means_whom_may_be_called_so(imported, anna):
    run = imported("Anna,Alt,,030 23125400")
    assert (run.counts["unchanged"], run.counts["created"], Customer.objects.count()) == (1, 0, 1)


def test_a_further_number_says_nothing_of_somebody_else(imported, anna, organisation):
    run = imported("Bernd,Bauer,,030 23125400")

    bernd = Customer.objects.get(first_name="Bernd")
    assert (run.counts["created"], bernd.phone) == (1, HOME)
    assert ContactPoint.objects.get(customer=anna, key=HOME).is_shared
    assert not ContactPoint.objects.get(customer=bernd, key=HOME).is_shared
    assert list(broken_invariants(organisation)) == []


def test_an_alias_means_nobody_who_is_called_otherwise(imported, anna, manager):
    edit_customer(anna, fields={"email": "neu@example.org"}, actor=manager)

    imported("Bernd,Bauer,anna@example.org,", "Anna,Alt,anna@example.org,")

    assert Customer.objects.get(first_name="Bernd").email == "anna@example.org"
    anna.refresh_from_db()
    assert anna.email == "neu@example.org"


@pytest.mark.parametrize("lines_between", [0, 600])
def test_a_number_that_the_file_brings_says_nothing_of_its_rows(imported, lines_between):
    others = [f"Guest,n{number},g{number}@example.org,," for number in range(lines_between)]
    head = "first_name,last_name,email,phone,phone2"
    rows = ["Anna,Alt,,0171 39200012,030 23125400", *others, "Anna,Alt,,030 23125400,"]

    run = imported(*rows, head=head)

    assert run.counts["created"] == 2 + lines_between
    assert run.counts == {**run.checked, **run.counts}


def test_the_same_file_again_changes_nothing(imported, organisation):
    head = "first_name,last_name,email,phone,phone2"
    rows = ["Anna,Alt,,0171 39200012,030 23125400", "Bernd,Alt,b@example.org,,030 23125400"]
    rows.append("Anna,Neu,,030 23125400,")
    imported(*rows, head=head)
    before = list(ContactPoint.objects.order_by("pk").values())

    run = imported(*rows, head=head)

    assert run.counts["unchanged"] == 3
    assert list(ContactPoint.objects.order_by("pk").values()) == before


def test_a_shared_number_means_who_is_called_so(imported, anna, organisation):
    make_customer(organisation, first_name="Bernd", last_name="Alt", phone2=HOME)

    run = imported("Anna,Alt,,030 23125400", "Carla,Alt,,030 23125400")

    assert (run.counts["unchanged"], run.counts["created"]) == (1, 1)
    assert ContactPoint.objects.get(customer__first_name="Carla", key=HOME).is_shared
    run = imported("Carla,Alt,,030 23125400")
    assert run.counts["unchanged"] == 1


def test_an_overwritten_number_is_an_alias_until_the_import_is_undone(imported, take_back, anna):
    run = imported("Anna,Alt,anna@example.org,0171 39200099", on_existing="overwrite")
    assert points(anna) == {"+4917139200099": 0, PHONE: None, HOME: 1}

    take_back(run)

    assert points(anna) == {PHONE: 0, HOME: 1}
    anna.refresh_from_db()
    assert (anna.phone, anna.other_contacts) == (PHONE, "")


def test_the_only_further_number_becomes_the_first_and_returns(imported, take_back, organisation):
    anna = make_customer(organisation, first_name="Anna", last_name="Alt", phone="", phone2=HOME)
    Customer.objects.filter(pk=anna.pk).update(company="")

    run = imported("Anna,Alt,,030 23125400")
    assert points(anna) == {HOME: 0}
    take_back(run)

    assert points(anna) == {HOME: 1}
    assert list(broken_invariants(organisation)) == []


def test_lists_of_one_cell_become_points_and_go_with_the_undo(imported, take_back, anna, organisation):
    run = imported(
        'Anna,Alt,"anna@example.org; a2@example.org","0171 39200012, 030 23125401, 030 23125402"',
        "Neu,Neu,n1@example.org ::: n2@example.org,",
    )
    assert points(anna) == {PHONE: 0, HOME: 1, "+493023125401": 2, "+493023125402": 3}
    new = Customer.objects.get(first_name="Neu")
    assert (new.email, new.other_contacts) == ("n1@example.org", "n2@example.org")
    assert list(broken_invariants(organisation)) == []

    take_back(run)

    assert points(anna) == {PHONE: 0, HOME: 1}
    assert list(broken_invariants(organisation)) == []


def test_all_points_go_out_and_come_in_without_change(imported, anna, organisation, sign_in, manager):
    imported('Anna,Alt,"anna@example.org; a2@example.org","0171 39200012, 030 23125401"')
    ContactPoint.objects.filter(key=HOME).update(is_shared=True)
    address = "/customers/export.csv?columns=first_name,last_name,phone,phone2,contact_points&delimiter=,"
    file = b"".join(sign_in(manager).get(address).streaming_content).decode("utf-8-sig")
    assert f"{PHONE}; {HOME} (shared); +493023125401; anna@example.org; a2@example.org" in file
    before = sorted(ContactPoint.objects.values_list("kind", "key", "place", "is_shared"))
    head, *rows = file.splitlines()

    assert imported(*rows, head=head).counts["unchanged"] == 1
    assert sorted(ContactPoint.objects.values_list("kind", "key", "place", "is_shared")) == before
    Customer.objects.all().delete()
    imported(*rows, head=head)
    assert sorted(ContactPoint.objects.values_list("kind", "key", "place", "is_shared")) == before


def test_the_export_has_them_only_where_they_are_asked_for(anna, sign_in, manager):
    file = b"".join(sign_in(manager).get("/customers/export.csv").streaming_content).decode()
    assert "contact_points" not in file
    options = sign_in(manager).get("/customers/export/").content.decode()
    box = options.partition('value="contact_points"')[2].partition(">")[0]
    assert box and "checked" not in box
