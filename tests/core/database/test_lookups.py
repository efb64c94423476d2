import pytest

from customers.models import Customer
from tests.factories import make_customer


@pytest.mark.parametrize("name", ['O"Neill, Jr.', "Müller\\n", "{1,2}", "NULL", "100 %s", "Łukasz 🍝"])
def test_texts_are_found_whatever_they_hold(organisation, name):
    customer = make_customer(organisation, last_name=name)
    make_customer(organisation, last_name="Other")

    assert list(Customer.objects.filter(last_name__among=["Nobody", name])) == [customer]


def test_numbers_are_found_whatever_their_size(organisation):
    customers = [make_customer(organisation) for _ in range(3)]
    wanted = {customers[0].pk, customers[2].pk, 1 << 62}

    assert set(Customer.objects.filter(pk__among=wanted)) == {customers[0], customers[2]}


def test_thousands_at_once(organisation):
    customer = make_customer(organisation)

    assert list(Customer.objects.filter(pk__among=range(customer.pk, customer.pk + 40_000))) == [customer]


def test_among_nothing_is_nothing_and_asks_nothing(organisation, django_assert_num_queries):
    make_customer(organisation)

    with django_assert_num_queries(0):
        assert list(Customer.objects.filter(pk__among=[])) == []
    assert Customer.objects.exclude(pk__among=[]).count() == 1
