"""Which days are visits, and how many queries they take."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from backoffice.core.text.periods import local_day
from customers.choices import Degree, Risk
from orders.choices import ReservationState
from orders.correcting import void_order
from orders.events import OrderEventLine
from orders.reservations import move
from orders.visits import usual_dishes, visit_histories
from orders.visits.keeping import measure_typical_days
from tests.factories import make_customer, make_order
from tests.orders.factories import make_reservation

NOON = datetime.now(UTC).replace(hour=11, minute=0, second=0, microsecond=0)
TODAY = NOON.date()


@pytest.fixture
def customer(organisation, location):
    return make_customer(organisation)


def came(customer, *days_ago, **fields):
    return [make_order(customer, placed_at=NOON - timedelta(days=one), **fields) for one in days_ago]


def history(customer, **fields):
    return visit_histories(customer.organisation, [customer.pk], today=TODAY, **fields)[customer.pk]


def test_several_receipts_of_a_day_are_one_visit(customer):
    came(customer, 20, 20, 10)

    assert history(customer).visits == 2
    assert history(customer).degree == Degree.OCCASIONAL
    assert history(customer).last_on == TODAY - timedelta(days=10)


def test_open_and_voided_orders_are_none(customer):
    came(customer, 3, status="open")
    void_order(came(customer, 2)[0], reason="x")

    assert history(customer).days == []
    assert (history(customer).degree, history(customer).risk) == (None, None)


@pytest.mark.parametrize(
    ("states", "visits"),
    [([], 0), (["seated"], 1), (["seated", "done"], 1), (["no_show"], 0), (["cancelled"], 0)],
)
def test_only_seated_reservations_are_visits(customer, location, states, visits):
    day = local_day(timezone.now(), location.tz) - timedelta(days=1)
    reservation = make_reservation(location, customer, day=day)
    for state in states:
        reservation = move(reservation, state, seen=reservation.state, actor=None)

    assert history(customer).visits == visits


def test_a_reservation_and_a_receipt_of_a_day_are_one_visit(customer, location):
    came(customer, 4)
    reservation = make_reservation(location, customer, day=TODAY - timedelta(days=4))
    move(reservation, ReservationState.SEATED, seen="confirmed", actor=None)

    assert history(customer).visits == 1


def test_visits_of_a_year_count_and_older_ones_make_the_rhythm(customer):
    came(customer, 100, 400, 700)

    assert history(customer).visits == 1
    assert history(customer).rhythm_days == 300
    assert history(customer).risk == Risk.ON_TIME
    assert history(customer).expected_on == TODAY + timedelta(days=200)


def test_the_visit_of_the_day_itself_can_be_left_out(customer):
    came(customer, 0, 30, 60)

    assert history(customer, before=TODAY).days_since == 30


def test_a_typical_second_visit_stands_in_for_an_own_rhythm(customer, organisation):
    for gap in (10, 14, 40):
        came(make_customer(organisation), 50 + gap, 50, 1)
    came(customer, 20)

    measure_typical_days()
    organisation.refresh_from_db()

    assert organisation.typical_days == 14
    assert history(customer).risk == Risk.NEW
    assert history(customer).rhythm_days == 14


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_customers_takes_one_query(organisation, location, count, django_assert_num_queries):
    customers = [make_customer(organisation) for _ in range(count)]
    for one in customers:
        came(one, 1, 8)

    with django_assert_num_queries(1):
        found = visit_histories(organisation, [one.pk for one in customers], today=TODAY)
    with django_assert_num_queries(1):
        usual_dishes([one.pk for one in customers])

    assert {one.visits for one in found.values()} == {2}


def test_usual_dishes_are_those_on_most_receipts(customer):
    def ate(day, *names):
        lines = tuple(OrderEventLine(name, 1 if name != "Helles" else 9, 500) for name in names)
        came(customer, day, lines=lines)

    ate(1, "Forelle", "Riesling")
    ate(2, "Forelle", "Riesling", "Strudel", "Suppe")
    ate(3, "Forelle", "Helles")
    assert usual_dishes([customer.pk]) == {customer.pk: ["Forelle", "Riesling", "Helles"]}


def test_dishes_of_long_ago_are_forgotten(customer):
    came(customer, 30, lines=(OrderEventLine("Gans", 1, 500),))
    came(customer, *range(1, 11))

    assert usual_dishes([customer.pk]) == {customer.pk: ["Käsespätzle"]}
