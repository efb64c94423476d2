"""What becomes of a reservation, and what is held meanwhile."""

import pytest

from backoffice.audit.models import AuditEntry
from customers.invariants import broken_invariants
from orders.choices import HOLDING, ReservationState
from orders.models import Reservation, TableSlot
from orders.reservations import TableTaken, move
from orders.reservations.states import NEXT, WrongState
from tests.orders.factories import make_reservation, make_table

STEPS = [(seen, to) for seen, nexts in NEXT.items() for to in nexts]


@pytest.fixture
def table(location):
    return make_table(location)


def in_state(location, table, state):
    """A reservation that was brought there by an undo, which may lead anywhere."""
    reservation = make_reservation(location, table=table)
    return move(reservation, state, seen="confirmed", actor=None, is_undo=True)


@pytest.mark.parametrize(("seen", "to"), STEPS)
def test_each_step_holds_or_leaves_the_table(organisation, location, table, admin, seen, to):
    reservation = move(in_state(location, table, seen), to, seen=seen, actor=admin)
    assert reservation.state == to
    assert TableSlot.objects.exists() is (to in HOLDING)
    assert AuditEntry.objects.get(action=f"reservation.{to}", actor=admin).details["was"] == seen
    assert not list(broken_invariants(organisation))


@pytest.mark.parametrize(("seen", "to"), STEPS)
def test_each_step_can_be_undone(organisation, location, table, seen, to):
    reservation = move(in_state(location, table, seen), to, seen=seen, actor=None)
    assert move(reservation, seen, seen=to, actor=None, is_undo=True).state == seen
    assert TableSlot.objects.exists() is (seen in HOLDING)
    assert not list(broken_invariants(organisation))


@pytest.mark.parametrize("to", ["no_show", "done", "requested"])
def test_other_steps_are_refused(location, table, to):
    reservation = in_state(location, table, "cancelled")
    with pytest.raises(WrongState):
        move(reservation, to, seen="cancelled", actor=None)


def test_who_saw_an_older_state_is_too_late(location, table):
    reservation = make_reservation(location, table=table)
    move(reservation, "cancelled", seen="confirmed", actor=None)
    with pytest.raises(WrongState):
        move(reservation, "seated", seen="confirmed", actor=None)
    assert Reservation.objects.get().state == ReservationState.CANCELLED


@pytest.mark.parametrize("state", ["cancelled", "no_show", "done"])
def test_a_table_that_is_left_is_free_and_may_be_gone_for_an_undo(location, table, state):
    reservation = in_state(location, table, state)
    make_reservation(location, table=table)
    with pytest.raises(TableTaken):
        move(reservation, "confirmed", seen=state, actor=None, is_undo=True)
    reservation.refresh_from_db()
    assert reservation.state == state


def test_a_broken_hold_is_told(organisation, location, table):
    make_reservation(location, table=table)
    TableSlot.objects.first().delete()
    assert [one for one in broken_invariants(organisation) if "hold its table" in one]
