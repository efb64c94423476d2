"""What becomes of a party by one press, and who may be meant by what is typed."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.pages.addresses import next_page
from backoffice.core.pages.toasts import toast
from orders.choices import ReservationState
from orders.reservations.booking import TableTaken
from orders.reservations.pages.base import MAY_ADD, MAY_CHANGE, Place, get_reservation
from orders.reservations.states import WrongState, move
from orders.reservations.words import SAID
from orders.visits import find_customers, hits


@require_POST
@permission_required(MAY_CHANGE, raise_exception=True)
def change_state(request, pk: int):
    """`move` says the state that was seen and the one that is wanted; undo in the toast."""
    reservation = get_reservation(request, pk)
    seen, _colon, wanted = request.POST.get("move", "").partition(":")
    back = next_page(request, reverse("orders:reservations"))
    if not {seen, wanted} <= set(ReservationState.values):
        return redirect(back)
    try:
        is_undo = "undo" in request.POST
        move(reservation, wanted, seen=seen, actor=request.user, is_undo=is_undo)
    except WrongState:
        told = _("Somebody else changed this reservation meanwhile. Look at it again.")
        toast(request, told, tone="bad")
    except TableTaken:
        toast(request, _("Somebody else has this table by now. Choose another one first."), tone="bad")
    else:
        undo_url = reverse("orders:reservation-state", args=[pk])
        told = SAID[wanted] % {"name": reservation.shown_name}
        toast(request, told, undo_url=undo_url, move=f"{wanted}:{seen}", undo="1")
    return redirect(back)


@require_safe
@permission_required(MAY_ADD, raise_exception=True)
def customers(request):
    """A fragment: who may be meant by what is typed so far."""
    here, typed = (
        Place(request),
        [request.GET.get(name, "")[:160].replace("\x00", "") for name in ("name", "phone")],
    )
    found = find_customers(request.organisation, *typed) if request.organisation.collects_customers else []
    shown = hits(request.organisation, found, here.now.date(), here.formats)
    return render(request, "orders/reservations/_customers.html", {"hits": shown})
