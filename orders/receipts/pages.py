"""`/orders/<id>/`: one receipt, and what can be done with it."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.audit.services import audit
from backoffice.core.pages.addresses import whole_number
from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from customers.listing import find_matches
from customers.models import Customer
from orders.access import get_order
from orders.choices import OrderStatus, ServiceType, Stage
from orders.correcting import RefundTooLarge, move_order, refund_order, void_order
from orders.extensions import order_extensions
from orders.fulfilling import next_action
from orders.locks import WrongStatus
from orders.models import Fulfilment
from orders.receipts.forms import NoteForm, RefundForm, SendForm, VoidForm
from orders.receipts.history import order_history
from orders.receipts.paper import paper_of, paper_pdf, send_receipt
from orders.receipts.words import SERVICE_ICONS, status_look

FOUND = 20
_GET_POST = ["GET", "HEAD", "POST"]


@require_safe
@permission_required("orders.view_order", raise_exception=True)
def show(request, pk: int):
    """The receipt as issued, its delivery, its customer, its history."""
    order = get_order(request, pk)
    formats = formats_for(request.organisation)
    return render(
        request,
        "orders/receipts/receipt.html",
        {
            "order": order,
            "paper": paper_of(order, formats),
            "look": _look(order),
            "service_icon": SERVICE_ICONS[order.service_type],
            "delivery": _delivery(order, formats),
            "history": order_history(order, formats),
            "facts": [fact for one in order_extensions() for fact in one.facts(order, formats)],
            "is_receipt": order.counts,
            "is_voided": order.status == OrderStatus.VOIDED,
            "way": _way(order),
        },
    )


def _way(order) -> dict | None:
    """How far an open order is, and its next step."""
    if order.status != OrderStatus.OPEN:
        return None
    way = getattr(order, "fulfilment", None) or Fulfilment(order=order)
    stage = Stage(way.stage)
    return {
        "stage": stage.value,
        "word": stage.label,
        "icon": stage.icon,
        "destination": way.destination,
        "driver": way.driver,
        "promised": _clock(order, order.promised_at),
        "action": next_action(order.service_type, stage),
    }


def _look(order):
    moments = order.promised_at, order.delivered_at
    return status_look(order.status, order.service_type, *moments, refunded=bool(order.refunded_cents))


def _clock(order, moment) -> str:
    """On the clock of the order's location, as the board and the deliveries say it."""
    return f"{moment.astimezone(order.location.tz):%H:%M}" if moment else ""


def _delivery(order, formats) -> list[tuple[str, str]]:
    """Promise, delivery and how long it took, of deliveries alone."""
    if order.service_type not in (ServiceType.DELIVERY, ServiceType.PARTNER_DELIVERY):
        return []
    facts = []
    if order.promised_at:
        facts.append((_("Promised"), _clock(order, order.promised_at)))
    if order.delivered_at:
        minutes = round((order.delivered_at - order.placed_at).total_seconds() / 60)
        facts.append((_("Delivered"), _clock(order, order.delivered_at)))
        facts.append((_("Took"), _("%(minutes)s min") % {"minutes": formats.number(minutes)}))
    return facts


@require_safe
@permission_required("orders.view_order", raise_exception=True)
def print_page(request, pk: int):
    """The paper alone, as wide as a roll of 80 mm or as an A4 sheet."""
    order = get_order(request, pk)
    is_sheet = request.GET.get("paper") == "a4"
    paper = paper_of(order, formats_for(request.organisation))
    context = {"order": order, "paper": paper, "is_sheet": is_sheet}
    return render(request, "orders/receipts/print.html", context)


@require_safe
@permission_required("orders.view_order", raise_exception=True)
def pdf(request, pk: int):
    order = get_order(request, pk)
    content = paper_pdf(paper_of(order, formats_for(request.organisation)))
    name = _("receipt-%(number)s") % {"number": order.pk} + ".pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_http_methods(_GET_POST)
@permission_required("orders.void_order", raise_exception=True)
def void(request, pk: int):
    """Ask why, then take the receipt back by a counter-entry."""
    order = get_order(request, pk)
    form = VoidForm(request.POST or None)
    if form.is_valid():
        try:
            void_order(order, reason=form.cleaned_data["reason"], actor=request.user)
        except WrongStatus:
            return _gone_on(request, order)
        toast(request, _("%(number)s is voided.") % {"number": order.external_id})
        return redirect("orders:receipt", order.pk)
    return _ask(request, order, form, _("Void %(number)s?"), "void")


@require_http_methods(_GET_POST)
@permission_required("orders.void_order", raise_exception=True)
def refund(request, pk: int):
    """Ask what goes back and why, then take it back by a counter-entry."""
    order, formats = get_order(request, pk), formats_for(request.organisation)
    form = RefundForm(request.POST or None, order=order, formats=formats)
    if form.is_valid():
        try:
            entry = refund_order(order, actor=request.user, **form.refund)
        except RefundTooLarge as error:
            left = {"left": formats.money(error.left_cents)}
            form.add_error(None, _("Somebody refunded a part meanwhile. At most %(left)s are left.") % left)
        except WrongStatus:
            return _gone_on(request, order)
        else:
            toast(request, _("%(amount)s refunded.") % {"amount": formats.money(entry.amount_cents)})
            return redirect("orders:receipt", order.pk)
    return _ask(request, order, form, _("Refund a part of %(number)s"), "refund")


@require_http_methods(_GET_POST)
@permission_required("orders.move_order", raise_exception=True)
def move(request, pk: int):
    """Search for the customer whose receipt it is, or say that it is nobody's."""
    order = get_order(request, pk)
    if "customer" in request.POST:  # empty is nobody; without it nothing was chosen
        return _move(request, order)
    query = request.GET.get("q", "").strip()
    customers = Customer.objects.of(request.organisation).filter(is_active=True)
    found = find_matches(request.organisation, customers, query).indexed[:FOUND] if query else []
    context = {"order": order, "query": query, "found": found}
    return render(request, "orders/receipts/move.html", context)


def _move(request, order):
    customers = Customer.objects.of(request.organisation)
    number = whole_number(request.POST.get("customer"), None)
    customer = get_object_or_404(customers, pk=number) if request.POST.get("customer") else None
    try:
        move_order(order, customer=customer, actor=request.user)
    except WrongStatus:
        return _gone_on(request, order)
    words = {"number": order.external_id, "name": customer}
    toast(request, _("%(number)s belongs to %(name)s now.") % words if customer else _("It is nobody's now."))
    return redirect("orders:receipt", order.pk)


@require_http_methods(_GET_POST)
@permission_required("orders.change_order", raise_exception=True)
def note(request, pk: int):
    """Staff's own remark; nothing of the receipt changes."""
    order = get_order(request, pk)
    form = NoteForm(request.POST or None, instance=order)
    if request.method == "POST" and form.is_valid():
        order.save(update_fields=["note"])
        audit(action="order.noted", subject=order, actor=request.user)
        toast(request, _("The note is saved."))
        return redirect("orders:receipt", order.pk)
    return _ask(request, order, form, _("Note on %(number)s"), "note")


@require_http_methods(_GET_POST)
@permission_required("orders.change_order", raise_exception=True)
def send(request, pk: int):
    """Ask where to, then mail the receipt."""
    order = get_order(request, pk)
    initial = {"email": order.customer.email if order.customer else ""}
    form = SendForm(request.POST or None, initial=initial)
    if order.customer is None or order.customer.contact_consent:
        del form.fields["asked_for_it"]
    if form.is_valid():
        asked = form.cleaned_data.get("asked_for_it", False)
        try:
            send_receipt(order, to=form.cleaned_data["email"], asked_for_it=asked, actor=request.user)
        except ValidationError as error:
            form.add_error("asked_for_it", error)
        else:
            toast(request, _("The receipt is on its way."))
            return redirect("orders:receipt", order.pk)
    return _ask(request, order, form, _("Send %(number)s by e-mail"), "send")


def _ask(request, order, form, title: str, step: str):
    """The form of a step as a dialog; with what is wrong after a fault."""
    response = dialog(
        request,
        title=title % {"number": order.external_id},
        action=reverse(f"orders:receipt-{step}", args=[order.pk]),
        method="post",
        fields=f"orders/receipts/_{step}_fields.html",
        foot="orders/receipts/_step_foot.html",
        order=order,
        form=form,
        step=step,
        back=reverse("orders:receipt", args=[order.pk]),
        back_label=order.external_id,
    )
    response.status_code = 422 if form.is_bound else 200
    return response


def _gone_on(request, order):
    toast(request, _("Somebody changed this order meanwhile. Look again before you go on."), tone="bad")
    return redirect("orders:receipt", order.pk)
