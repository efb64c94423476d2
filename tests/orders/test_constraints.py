"""Amounts and figures that cannot be are refused by the database itself."""

import pytest
from django.db import IntegrityError, transaction

from customers.models import Customer, CustomerStats
from orders.models import Order, OrderLine, Product
from tests.factories import make_customer, make_order


@pytest.mark.parametrize(
    ("model", "fault", "name"),
    [
        (CustomerStats, {"points": -1}, "stats_points_not_negative"),
        (CustomerStats, {"receipts_count": -1}, "stats_receipts_not_negative"),
        (Customer, {"email_key": ""}, "customer_email_has_key"),
        (Order, {"total_cents": -1}, "order_total_not_negative|order_refund_within_total"),
        (Order, {"tip_cents": -1}, "order_tip_not_negative"),
        (Order, {"discount_cents": -1}, "order_discount_not_negative"),
        (Order, {"refunded_cents": 2_001}, "order_refund_within_total"),
        (Order, {"status": "gone"}, "order_status_known"),
        (OrderLine, {"quantity": 0}, "order_line_quantity_positive"),
        (OrderLine, {"unit_price_cents": -1}, "order_line_price_not_negative"),
        (Product, {"price_cents": -1}, "product_price_not_negative"),
    ],
)
def test_the_database_refuses_it_by_name(organisation, model, fault, name):
    make_order(make_customer(organisation), status="open")  # a receipt would refuse it for being one

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.update(**fault)
