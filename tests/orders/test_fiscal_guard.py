"""Receipts stay as issued (PRODUCT G11): the database itself refuses, whoever asks."""

import pytest
from django.db import IntegrityError, connection, transaction

from orders.correcting import refund_order, void_order
from orders.models import Order, OrderDiscount, OrderLine, OrderPayment, ReceiptRemoval
from tests.factories import make_customer, make_order


def change(sql, *params):
    """Past the ORM and its own refusals."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


@pytest.fixture
def receipt(organisation):
    order = make_order(make_customer(organisation), cents=2_000, tip_cents=100)
    refund_order(order, amount_cents=500, reason="cold")
    return order


FISCAL = ["total_cents", "tip_cents", "discount_cents", "location_id", "organisation_id"]
TEXTS = ["external_id", "source", "service_type", "fingerprint", "placed_at", "placed_on", "recorded_at"]


@pytest.mark.parametrize("column", FISCAL)
def test_no_amount_of_a_receipt_changes(receipt, column):
    with pytest.raises(IntegrityError, match="A receipt is never changed"):
        change(f"UPDATE orders_order SET {column} = {column} + 1")


@pytest.mark.parametrize("column", TEXTS)
def test_no_word_and_no_moment_of_a_receipt_changes(receipt, column):
    value = "2020-01-01" if column.endswith(("_at", "_on")) else "x"
    with pytest.raises(IntegrityError, match="A receipt is never changed"):
        change(f"UPDATE orders_order SET {column} = %s", value)


@pytest.mark.parametrize(
    "fault",
    [
        "UPDATE orders_order SET status = 'open'",
        "UPDATE orders_order SET refunded_cents = 0",
        "UPDATE orders_orderline SET unit_price_cents = 1",
        "UPDATE orders_orderline SET name = 'x'",
        "UPDATE orders_orderrefund SET amount_cents = 1",
        "UPDATE orders_orderrefund SET reason = 'x'",
    ],
)
def test_neither_lines_nor_counter_entries_change(receipt, fault):
    with pytest.raises(IntegrityError, match="A receipt is never changed"):
        change(fault)


@pytest.mark.parametrize("table", ["order", "orderline", "orderrefund"])
def test_nothing_of_a_receipt_is_deleted(receipt, table):
    with pytest.raises(IntegrityError, match="A receipt is never deleted"):
        change(f"DELETE FROM orders_{table}")


def test_a_void_is_final(receipt):
    void_order(receipt, reason="wrong table")
    for fault in ("UPDATE orders_order SET status = 'completed'", "DELETE FROM orders_ordervoid"):
        with pytest.raises(IntegrityError, match="A receipt is never"):
            change(fault)


def test_payments_and_discounts_stay_too(organisation):
    order = make_order(make_customer(organisation), status="open")
    OrderPayment.objects.create(order=order, position=1, method="card", amount_cents=2_000)
    OrderDiscount.objects.create(order=order, kind="coupon", label="X", amount_cents=0)
    change("UPDATE orders_order SET status = 'completed'")
    for table in ("orderpayment", "orderdiscount"):
        with pytest.raises(IntegrityError, match="never changed"):
            change(f"UPDATE orders_{table} SET amount_cents = 1")
        with pytest.raises(IntegrityError, match="never deleted"):
            change(f"DELETE FROM orders_{table}")


def test_what_is_not_fiscal_may_change(receipt):
    assert change("UPDATE orders_order SET note = 'x', customer_id = NULL, delivered_at = placed_at") == 1


def test_an_open_order_is_no_receipt_yet(organisation):
    order = make_order(make_customer(organisation), status="open")
    assert change("UPDATE orders_orderline SET quantity = 2") == 1
    assert change("UPDATE orders_order SET total_cents = 4000") == 1
    OrderLine.objects.filter(order=order).delete()
    order.delete()
    assert not Order.objects.exists()


def test_receipts_go_under_a_permit_of_their_own_house_alone(receipt, other_organisation):
    ReceiptRemoval.objects.create(organisation=other_organisation, reason="test")
    with pytest.raises(IntegrityError):
        change("DELETE FROM orders_orderline")
    ReceiptRemoval.objects.create(organisation=receipt.organisation, reason="test")
    for table in ("orderrefund", "orderline", "order"):
        assert change(f"DELETE FROM orders_{table}") == 1
