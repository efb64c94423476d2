"""Which orders: one of the request's organisation, those of a period."""

from datetime import UTC, timedelta

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404

from backoffice.core.pages.periods import Period
from backoffice.core.text.periods import day_start
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


def in_period(orders: QuerySet[Order], period: Period) -> QuerySet[Order]:
    """Those whose day, in their location's zone, lies in the period.

    The index is by moment: a day more on either side, whatever the zone, and the day itself decides.
    """
    if period.first:
        begin = day_start(period.first - timedelta(days=1), UTC)
        orders = orders.filter(placed_at__gte=begin, placed_on__gte=period.first)
    if period.last:
        end = day_start(period.last + timedelta(days=2), UTC)
        orders = orders.filter(placed_at__lt=end, placed_on__lte=period.last)
    return orders
