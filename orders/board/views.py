"""The board of open orders and the steps on it."""

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from backoffice.core.pages.addresses import next_page
from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.forms import OneLineField
from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from backoffice.core.text.text import validate_visible
from orders.access import get_order
from orders.board.tickets import board_of
from orders.choices import OrderStatus, ServiceType, Stage
from orders.fulfilling import DONE, cancel_order, next_action, take_step
from orders.locks import WrongStatus
from orders.models import Driver, Fulfilment

_SERVICES = (ServiceType.DELIVERY, ServiceType.PICKUP, ServiceType.DINE_IN)
_GET_POST = ["GET", "HEAD", "POST"]
_MAY_SEE, _MAY_CHANGE = "orders.view_order", "orders.change_order"


@require_safe
@permission_required(_MAY_SEE, raise_exception=True)
def show_board(request):
    """All that is open; htmx asks for the columns alone, every half minute."""
    service = request.GET.get("service", "")
    service = service if service in _SERVICES else ""
    formats = formats_for(request.organisation)
    board = board_of(request.organisation, request.location, service, formats)
    here = reverse("orders:board")
    context = {
        "board": board,
        "service": service,
        "address": f"{here}?service={service}" if service else here,
        "services": [("", _("All")), *((one.value, str(one.label)) for one in _SERVICES)],
        "as_of": f"{formats.local(formats.now):%H:%M}",
        "shows_place": request.location is None,
    }
    is_part = request.htmx and not request.htmx.history_restore_request
    return render(request, "orders/board/_region.html" if is_part else "orders/board/board.html", context)


@require_POST
@permission_required(_MAY_CHANGE, raise_exception=True)
def take(request, pk: int):
    """One step forward, or back again by the toast's undo."""
    order, step = get_order(request, pk), request.POST.get("step", "")
    if step not in {*Stage.values, DONE}:
        return _back(request)
    _take(request, order, step, seen=request.POST.get("seen", ""))
    return _back(request)


class OutForm(forms.Form):
    driver = forms.ModelChoiceField(
        Driver.objects.none(),
        label=gettext_lazy("Driver"),
        required=False,
        blank=True,
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("Without a driver"),
    )

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        drivers = Driver.objects.filter(organisation=organisation, archived_at=None)
        self.fields["driver"].queryset = drivers.order_by("name")


@require_http_methods(_GET_POST)
@permission_required(_MAY_CHANGE, raise_exception=True)
def send_out(request, pk: int):
    """Ask who takes it, then send it out."""
    order = get_order(request, pk)
    posted = request.POST if request.method == "POST" else None
    form = OutForm(posted, organisation=request.organisation)
    if form.is_valid():
        _take(
            request,
            order,
            Stage.OUT,
            seen=request.POST.get("seen", ""),
            driver=form.cleaned_data["driver"],
        )
        return _back(request)
    way = Fulfilment.objects.filter(order=order).first()
    return _ask(request, order, form, _("Who takes %(number)s?"), "out", seen=way.stage if way else Stage.NEW)


class CancelForm(forms.Form):
    reason = OneLineField(label=gettext_lazy("Reason"), max_length=200, validators=[validate_visible])


@require_http_methods(_GET_POST)
@permission_required(_MAY_CHANGE, raise_exception=True)
def cancel(request, pk: int):
    """Ask why, then call it off."""
    order = get_order(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            cancel_order(order, reason=form.cleaned_data["reason"], actor=request.user)
        except WrongStatus:
            _tell_changed(request, order)
        else:
            toast(request, _("%(number)s is called off.") % {"number": order.external_id})
        return _back(request)
    return _ask(request, order, form, _("Call %(number)s off?"), "cancel")


def _take(request, order, step: str, *, seen: str, driver=None) -> None:
    try:
        has_moved = take_step(order, step, seen=seen, driver=driver, actor=request.user)
    except WrongStatus:
        _tell_changed(request, order)
        return
    words = {"number": order.external_id, "state": _state(order.service_type, step)}
    undo = {}
    if has_moved and step != DONE:
        undo = {"undo_url": reverse("orders:order-step", args=[order.pk]), "step": seen, "seen": step}
    toast(request, _("%(number)s: %(state)s.") % words, **undo)


def _state(service_type: str, step: str) -> str:
    if step == DONE:
        return next_action(service_type, "").label
    return str(Stage(step).label)


def _tell_changed(request, order) -> None:
    order.refresh_from_db(fields=["status"])
    told = _("Somebody changed %(number)s meanwhile: it is %(status)s. Look again.")
    words = {"number": order.external_id, "status": OrderStatus(order.status).label}
    toast(request, told % words, tone="bad")


def _ask(request, order, form, title: str, step: str, **context):
    response = dialog(
        request,
        title=title % {"number": order.external_id},
        action=reverse(f"orders:order-{step}", args=[order.pk]),
        method="post",
        fields=f"orders/board/_{step}_fields.html",
        foot=f"orders/board/_{step}_foot.html",
        order=order,
        form=form,
        back=reverse("orders:board"),
        back_label=_("Orders"),
        next=next_page(request, reverse("orders:board")),
        **context,
    )
    response.status_code = 422 if form.is_bound else 200
    return response


def _back(request):
    address = next_page(request, reverse("orders:board"))
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)
