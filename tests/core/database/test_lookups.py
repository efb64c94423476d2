import pytest

from customers.models import Customer
from tests.factories import make_customer


@pytest.mark.parametrize("name", ['O"Neill, Jr.', "Müller\\n", "{1,2}", "NULL", "100 %s", "Łukasz 🍝"])
def test_texts_are_found_whatever_they_hold(organisation, name):
    guest = make_customer(organisation, last_name=name)
    make_customer(organisation, last_name="Other")

    assert list(Customer.objects.filter(last_name__among=["Nobody", name])) == [guest]


def test_numbers_are_found_whatever_their_size(organisation):
    guests = [make_customer(organisation) for _ in range(3)]
    wanted = {guests[0].pk, guests[2].pk, 1 << 62}

    assert set(Customer.objects.filter(pk__among=wanted)) == {guests[0], guests[2]}


def test_thousands_at_once(organisation):
    guest = make_customer(organisation)

    assert list(Customer.objects.filter(pk__among=range(guest.pk, guest.pk + 40_000))) == [guest]


def test_among_nothing_is_nothing_and_asks_nothing(organisation, django_assert_num_queries):
    make_customer(organisation)

    with django_assert_num_queries(0):
        assert list(Customer.objects.filter(pk__among=[])) == []
    assert Customer.objects.exclude(pk__among=[]).count() == 1
