"""Degree, rhythm and risk stand in the statistics: with every write, and when time alone changes them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from backoffice.staff.models import Organisation
from customers.models import CustomerStats
from customers.models.stats import VISIT_COLUMNS
from orders.correcting import move_order, void_order
from orders.reservations import move
from orders.visits import visit_problems
from orders.visits.keeping import measure_typical_days, refresh_due
from tests.factories import make_customer, make_order
from tests.orders.factories import make_reservation

NOON = datetime.now(UTC).replace(hour=11, minute=0, second=0, microsecond=0)


@pytest.fixture
def customer(organisation, location):
    return make_customer(organisation)


def came(customer, *days_ago, **fields):
    return [make_order(customer, placed_at=NOON - timedelta(days=one), **fields) for one in days_ago]


def kept(customer, *names):
    stats = CustomerStats.objects.get(pk=customer.pk)
    return tuple(getattr(stats, name) for name in names)


def test_every_order_is_told_to_the_statistics(customer):
    came(customer, 60, 40, 20)

    assert kept(customer, "visits_year", "degree", "rhythm_days", "risk") == (3, 2, 20, "on_time")
    assert kept(customer, "expected_on") == (NOON.date(),)
    assert list(visit_problems(customer.organisation)) == []


def test_what_is_voided_or_moved_away_is_no_visit(customer, organisation):
    other = make_customer(organisation)
    first, second, _third = came(customer, 60, 40, 20)

    void_order(first, reason="x")
    move_order(second, customer=other)

    assert kept(customer, "visits_year", "rhythm_days") == (1, organisation.typical_days)
    assert kept(other, "visits_year", "last_visit_on") == (1, NOON.date() - timedelta(days=40))
    assert list(visit_problems(organisation)) == []


def test_an_open_order_is_one_as_soon_as_it_is_done(customer):
    from orders.recording import complete_order

    order = came(customer, 1, status="open")[0]
    assert kept(customer, "visits_year", "risk") == (0, "")

    complete_order(order)

    assert kept(customer, "visits_year", "risk") == (1, "new")


def test_a_reservation_counts_from_its_seating_until_that_is_undone(customer, location):
    reservation = make_reservation(location, customer, day=NOON.date())
    assert kept(customer, "degree") == (0,)

    reservation = move(reservation, "seated", seen="confirmed", actor=None)
    assert kept(customer, "degree") == (1,)

    move(reservation, "confirmed", seen="seated", actor=None, is_undo=True)
    assert kept(customer, "degree", "last_visit_on") == (0, None)


def test_time_alone_makes_somebody_late_and_less_of_a_regular(customer):
    came(customer, 330, 310, 290, 270)
    assert kept(customer, "degree", "risk") == (3, "lost")

    with time_machine.travel(NOON + timedelta(days=60)):
        refresh_due()

        assert kept(customer, "degree", "visits_year") == (2, 2)
        assert list(visit_problems(customer.organisation)) == []


@pytest.mark.parametrize(("days", "risk"), [(10, "on_time"), (11, "late"), (31, "at_risk"), (61, "lost")])
def test_risk_rises_by_the_day(customer, days, risk):
    came(customer, 60, 40, 20)  # every 20 days

    with time_machine.travel(NOON + timedelta(days=days)):
        refresh_due()

        assert kept(customer, "risk") == (risk,)


def test_only_who_is_due_is_read(customer, organisation, django_assert_num_queries):
    came(customer, 60, 40, 20)
    came(make_customer(organisation), 1)

    with django_assert_num_queries(2):  # the organisations, and who is due
        refresh_due()


def test_who_has_no_rhythm_yet_is_judged_by_what_is_usual(customer, organisation):
    for gap in (10, 14, 40):
        came(make_customer(organisation), 50 + gap, 50, 1)
    came(customer, 29)
    assert kept(customer, "risk") == ("new",)

    measure_typical_days()
    refresh_due()

    assert kept(customer, "rhythm_days", "risk") == (14, "one_timer")


def test_what_was_written_while_something_else_was_usual_is_no_mistake(customer, organisation):
    came(customer, 5)  # as by an import that began before

    Organisation.objects.filter(pk=organisation.pk).update(typical_days=77)
    organisation.refresh_from_db()

    assert list(visit_problems(organisation)) == []


@pytest.mark.parametrize("name", VISIT_COLUMNS)
def test_a_kept_figure_that_is_wrong_is_named(customer, name):
    came(customer, 60, 40, 20)
    wrong = {"risk": "lost", "last_visit_on": None, "expected_on": None, "rhythm_due_on": None}
    CustomerStats.objects.filter(pk=customer.pk).update(**{name: wrong.get(name, 77)})

    assert [f": {name} is " in problem for problem in visit_problems(customer.organisation)] == [True]


@pytest.mark.parametrize("thresholds", [(1, 4, 10), (4, 4, 10), (2, 10, 10)])
def test_degrees_must_rise(organisation, thresholds):
    names = ("occasional_from", "regular_from", "champion_from")

    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.update(**dict(zip(names, thresholds, strict=True)))
