"""Which order: always one of the request's organisation."""

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404

from orders.models import Order, OrderRefund


def get_order(request, pk: int) -> Order:
    """The order with its location and customer, or 404 (TRUST I12), with its refunds. Two queries."""
    orders = Order.objects.filter(organisation=request.organisation)
    orders = orders.prefetch_related(Prefetch("refunds", OrderRefund.objects.select_related("actor")))
    order = get_object_or_404(
        orders.select_related("location", "customer__stats", "fulfilment__driver"), pk=pk
    )
    order.organisation = request.organisation
    if order.customer:
        order.customer.organisation = request.organisation
    return order
