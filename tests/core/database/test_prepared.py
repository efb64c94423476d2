"""A prepared question answers as the queryset it was made from, each time with other values."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from backoffice.core.database.prepared import Prepared
from customers.models import Customer
from tests.factories import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(organisation):
    return [make_customer(organisation, first_name=name) for name in ("Anna", "Ben", "Cem")]


by_names = Prepared(
    lambda organisation, names: Customer.objects.filter(
        organisation=organisation, first_name__among=names
    ).order_by("first_name")
)


def test_it_answers_each_time_with_other_values(people, organisation):
    anna, ben, _cem = people
    assert by_names(organisation=organisation.pk, names=["Ben", "Anna"]) == [anna, ben]
    assert by_names(organisation=organisation.pk, names={"Ben"}) == [ben]
    assert by_names(organisation=organisation.pk, names=[]) == []
    assert by_names(organisation=organisation.pk + 1, names=["Ben"]) == []


def test_rows_are_read_as_django_reads_them(people, organisation):
    (found,) = by_names(organisation=organisation.pk, names=["Cem"])
    stored = Customer.objects.get(pk=found.pk)
    fields = [field.attname for field in Customer._meta.concrete_fields]
    assert [getattr(found, name) for name in fields] == [getattr(stored, name) for name in fields]


def test_relations_that_are_selected_cost_no_query(people, organisation, django_assert_num_queries):
    ask = Prepared(lambda pk: Customer.objects.filter(pk=pk).select_related("organisation"))
    with django_assert_num_queries(1):
        (found,) = ask(pk=people[0].pk)
        assert found.organisation == organisation


def test_its_sql_is_made_once(people, organisation):
    asked = []
    ask = Prepared(lambda pk: asked.append(pk) or Customer.objects.filter(pk=pk).values_list("first_name"))
    assert [ask(pk=one.pk) for one in people] == [[("Anna",)], [("Ben",)], [("Cem",)]]
    assert len(asked) == 1


def test_no_value_becomes_sql(people, organisation):
    assert by_names(organisation=organisation.pk, names=["' OR 1=1 --", "%s"]) == []


@pytest.mark.django_db(transaction=True)
def test_threads_get_their_own_answers(people, organisation):
    def ask(name):
        try:
            return [one.first_name for one in by_names(organisation=organisation.pk, names=[name])]
        finally:
            connection.close()

    names = ["Anna", "Ben", "Cem"] * 20
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, names)) == [[name] for name in names]
