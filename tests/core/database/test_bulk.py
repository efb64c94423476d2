from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from backoffice.core.database.bulk import (
    GrowingTable,
    insert_missing_rows,
    insert_rows,
    plain_instance,
    reserve_ids,
    update_rows,
)
from backoffice.staff.models import Location
from customers.models import Customer, CustomerStats, DailyFigures
from tests.factories import make_location, make_organisation

NOON = datetime(2026, 3, 2, 12, 0, 0, 5, tzinfo=UTC)


@pytest.fixture
def names():
    return ("id", "organisation_id", "name", "country", "timezone", "created_at")


def row(pk, organisation, name):
    return (pk, organisation.pk, name, "DE", "Europe/Berlin", NOON)


def test_rows_are_stored_as_the_orm_stores_them(organisation, location):
    columns = ("organisation_id", "location_id", "source", "day", "month", "joined", "receipts")
    others = ("revenue_cents", "tips_cents", "known_receipts", "known_revenue_cents")
    values = (organisation.pk, location.pk, "web", date(2026, 3, 2), 24314, 1, 2, 3, 4, 5, 6)
    insert_rows(DailyFigures, columns + others, [values])
    assert DailyFigures.objects.filter(day=date(2026, 3, 2)).values_list(*columns, *others).get() == values


def test_moments_come_back_to_the_microsecond(organisation, names):
    insert_rows(Location, names, [row(reserve_ids(Location, 1)[0], organisation, 'Köpenick, \t\\N "x"')])
    stored = Location.objects.get(created_at=NOON)
    assert (stored.created_at, stored.name) == (NOON, 'Köpenick, \t\\N "x"')


def test_reserved_ids_are_free_and_ascend(organisation):
    first = make_location(organisation)
    ids = reserve_ids(Location, 3)
    assert ids == sorted(ids)
    assert min(ids) > first.pk


def test_ids_can_be_reserved_before_the_first_row(db):
    assert len(reserve_ids(CustomerStats._meta.get_field("customer").related_model, 2)) == 2


def test_rows_go_in_and_tell_their_ids(organisation, names):
    ids = reserve_ids(Location, 2)
    rows = [row(ids[0], organisation, "A"), row(ids[1], organisation, "B")]
    assert insert_missing_rows(Location, names, rows) == set(ids)
    assert insert_missing_rows(Location, names, []) == set()


@pytest.mark.postgresql
def test_rows_that_somebody_else_stored_stay_out(organisation, names):
    make_location(organisation, name="A")
    ids = reserve_ids(Location, 2)
    rows = [row(ids[0], organisation, "a"), row(ids[1], organisation, "B")]
    assert insert_missing_rows(Location, names, rows) == {ids[1]}


def test_a_broken_rule_is_an_integrity_error(organisation, names):
    ids = reserve_ids(Location, 2)
    rows = [row(ids[0], organisation, "A"), row(ids[1], organisation, "a")]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Location, names, rows)


def test_updates_reach_the_named_rows_alone(organisation):
    customers = [
        Customer.objects.create(organisation=organisation, location=make_location()) for _ in range(3)
    ]
    names = ("id", "first_name", "joined_at", "birthday")
    update_rows(
        Customer,
        names,
        [(customers[0].pk, "Åsa", NOON, date(1990, 2, 28)), (customers[2].pk, "", NOON, None)],
    )

    stored = Customer.objects.order_by("pk").values_list("first_name", "joined_at", "birthday")
    assert stored[0] == ("Åsa", NOON, date(1990, 2, 28))
    assert stored[1][1] == customers[1].joined_at
    assert stored[2] == ("", NOON, None)
    update_rows(Customer, names, [])


@pytest.mark.postgresql
def test_text_is_refused_not_cut(db):
    organisation = make_organisation()
    customer = Customer.objects.create(organisation=organisation, location=make_location(organisation))
    with pytest.raises(DatabaseError), transaction.atomic():
        update_rows(Customer, ("id", "first_name"), [(customer.pk, "x" * 81)])


def test_a_plain_instance_is_what_the_orm_would_load(organisation, location, django_assert_num_queries):
    names = [field.attname for field in Location._meta.concrete_fields]
    values = Location.objects.values_list(*names).get(pk=location.pk)

    plain = plain_instance(Location, dict(zip(names, values, strict=True)))

    assert plain == location
    assert vars(plain).keys() == vars(Location.objects.get(pk=location.pk)).keys()
    assert plain.organisation == organisation
    plain.name = "Neustadt"
    with django_assert_num_queries(1):
        plain.save()
    location.refresh_from_db()
    assert location.name == "Neustadt"


def test_a_new_plain_instance_is_inserted(organisation):
    values = {field.attname: field.get_default() for field in Location._meta.concrete_fields}
    new = plain_instance(
        Location, values | {"organisation_id": organisation.pk, "name": "Hafen"}, is_new=True
    )

    new.save()

    assert Location.objects.get(name="Hafen").pk == new.pk


@pytest.mark.postgresql
def test_the_planner_hears_of_a_table_that_grows(organisation, location):
    def known() -> str:
        """The organisations that the planner counts with."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT most_common_vals::text FROM pg_stats WHERE tablename = 'customers_customer'"
                " AND attname = 'organisation_id'"
            )
            row = cursor.fetchone()
        return row[0] if row and row[0] else "{}"

    customers = [Customer(organisation=organisation, location=location) for _ in range(1_100)]
    Customer.objects.bulk_create(customers)
    table = GrowingTable(Customer, "organisation_id")

    table.grew(999)
    before = known()
    table.grew(1)

    assert str(organisation.pk) not in before.strip("{}").split(",")
    assert str(organisation.pk) in known().strip("{}").split(",")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_load_does_not_wait_for_an_index_that_is_being_built():
    other = connection.copy()
    try:
        with other.cursor() as cursor, transaction.atomic():
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE customers_customer IN SHARE UPDATE EXCLUSIVE MODE")
            with connection.cursor() as own:
                own.execute("SET LOCAL lock_timeout = '2s'")
            GrowingTable(Customer, "organisation_id").grew(1_000)
    finally:
        other.close()
