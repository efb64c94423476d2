"""A customer's orders: as files, and given to a new customer."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice.core.files.downloads import file_response, read_layout, refuse
from backoffice.core.files.layouts import DownloadRefused
from backoffice.core.pages.addresses import whole_number
from backoffice.core.pages.late_reads import reads_from_replica
from backoffice.core.pages.toasts import toast
from customers.access import get_customer
from customers.records import DuplicateCustomer
from orders.choices import OrderStatus
from orders.correcting import NothingToSplit, SplitOver, split_customer, undo_split
from orders.models import CustomerSplit, Order
from orders.receipts.files import export_orders_of
from orders.receipts.forms import SplitForm
from orders.receipts.resource import OrderLineResource

_MOST = 200  # orders at once


@require_safe
@permission_required("customers.export_customer", raise_exception=True)
@reads_from_replica
def export_customer_orders(request, pk: int, format: str):
    """One customer's order history as CSV or XLSX (PRODUCT P6)."""
    customer = get_customer(request, pk)
    try:
        layout = read_layout(request.GET, format, OrderLineResource().fields)
        chunks = export_orders_of(customer, actor=request.user, layout=layout)
    except DownloadRefused as error:
        return refuse(request, error)
    return file_response(chunks, _("orders-%(number)s") % {"number": customer.pk}, format)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(("orders.move_order", "customers.add_customer"), raise_exception=True)
def split(request, pk: int):
    """GET with `order` (several) asks who it is; POST gives them to that new customer."""
    customer = get_customer(request, pk)
    data = request.POST if request.method == "POST" else request.GET
    ids = [whole_number(text, 0) for text in data.getlist("order")][:_MOST]
    orders = Order.objects.filter(customer=customer, pk__in=ids).exclude(status=OrderStatus.VOIDED)
    orders = list(orders.order_by("-placed_at", "-pk"))
    if not orders:
        toast(request, _("Tick at least one order that is not voided."), tone="bad")
        return redirect(f"{reverse('customers:profile', args=[pk])}?tab=orders")
    form = SplitForm(request.POST or None, region=request.organisation.country)
    if request.method == "POST" and form.is_valid() and (done := _split(request, customer, orders, form)):
        text = _("%(name)s has these orders now.") % {"name": done.taker.name}
        toast(request, text, undo_url=reverse("orders:split-undo", args=[done.pk]))
        return redirect("customers:profile", done.taker_id)
    context = {"customer": customer, "orders": orders, "form": form}
    return render(request, "orders/receipts/split.html", context, status=422 if form.errors else 200)


def _split(request, customer, orders, form) -> CustomerSplit | None:
    ids = [order.pk for order in orders]
    try:
        return split_customer(customer, order_ids=ids, fields=form.cleaned_data, actor=request.user)
    except DuplicateCustomer as taken:
        words = {"name": taken.existing.name}
        form.add_error(taken.field, _("Is the first one of %(name)s, who keeps it.") % words)
    except (NothingToSplit, ValidationError):
        form.add_error(None, _("The orders have changed meanwhile. Choose them again."))
    return None


@require_POST
@permission_required(("orders.move_order", "customers.add_customer"), raise_exception=True)
def take_split_back(request, pk: int):
    """Within 30 days."""
    mine = CustomerSplit.objects.filter(giver__organisation=request.organisation)
    done = get_object_or_404(mine.select_related("giver"), pk=pk)
    try:
        undo_split(done, actor=request.user)
    except SplitOver:
        toast(request, _("This can no longer be undone."), tone="bad")
    else:
        toast(request, _("The orders are back with %(name)s.") % {"name": done.giver.name})
    return redirect("customers:profile", done.giver_id)
