"""What becomes of a reservation."""

from django.db import transaction
from django.utils import timezone

from backoffice.audit.services import audit
from customers.locks import lock_customers
from orders.choices import CAME, HOLDING, ReservationState
from orders.models import Reservation
from orders.reservations.booking import what
from orders.reservations.slots import hold, lock_tables
from orders.visits import rebuild_visits

_S = ReservationState
NEXT = {  # in the order in which the list offers them
    _S.REQUESTED: (_S.CONFIRMED, _S.SEATED, _S.CANCELLED),
    _S.CONFIRMED: (_S.SEATED, _S.NO_SHOW, _S.CANCELLED),
    _S.SEATED: (_S.DONE,),
    _S.DONE: (),
    _S.NO_SHOW: (_S.SEATED,),
    _S.CANCELLED: (_S.CONFIRMED,),
}


class WrongState(Exception):
    """Somebody else was quicker, or this step cannot follow."""


@transaction.atomic
def move(reservation: Reservation, to: str, *, seen: str, actor, is_undo: bool = False) -> Reservation:
    """Bring a reservation from the state that was seen into another; its table is held or left with it.

    An undo leads back to any state. Raises WrongState, and TableTaken when somebody else has the table
    by now; nothing is written then. Locks the customer, then the reservation, then the table.
    """
    if reservation.customer_id:
        lock_customers(reservation.organisation, [reservation.customer_id])
    rows = Reservation.objects.select_related("organisation", "location", "customer")
    locked = rows.select_for_update(of=("self",), no_key=True).get(pk=reservation.pk)
    if locked.state != seen or (not is_undo and to not in NEXT[seen]):
        raise WrongState
    lock_tables([locked.table_id])
    locked.state = ReservationState(to)
    locked.updated_at = timezone.now()
    locked.save(update_fields=["state", "updated_at"])
    if (seen in HOLDING) != (to in HOLDING):
        hold(locked)
    if locked.customer_id and (seen in CAME) != (to in CAME):
        rebuild_visits(locked.organisation, [locked.customer_id])
    audit(action=f"reservation.{to}", subject=locked, actor=actor, was=seen, **what(locked))
    return locked
