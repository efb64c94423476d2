from collections.abc import Sequence

from backoffice.core.text.formats import Formats
from customers.models import Customer
from loyalty import coupons
from loyalty.cards import stamps
from loyalty.deductions import deductions_for
from loyalty.points import of_orders
from loyalty.redemption import find_redeemer, quote_points
from orders.extensions import Deduction, OrderDraft, OrderExtension, Wish
from orders.models import Order, OrderRefund


class PointsForOrders(OrderExtension):
    """Receipts earn points while the organisation has an active programme; what is taken back of a receipt
    takes back its share, a void frees what the order used.

    Ledger line and balance are written in the order's own transaction (TRUST I1).
    """

    def receipts_added(self, organisation, orders: Sequence[Order], customers: dict[int, Customer]) -> None:
        of_orders.earn(organisation, orders, customers)
        stamps.stamp(orders)

    def receipts_removed(self, orders: Sequence[Order], customers: dict[int, Customer]) -> None:
        of_orders.remove(orders, customers)
        stamps.take_back(orders)
        coupons.checking.forget_orders(orders)

    def customers_of(self, order: Order) -> set[int]:
        return of_orders.redeemers_of(order)

    def receipt_refunded(self, order: Order, refund: OrderRefund, customer: Customer) -> None:
        of_orders.take_back(order, customer, refund=refund, actor=refund.actor)

    def order_voided(self, order: Order, customers: dict[int, Customer], *, was_receipt: bool, actor) -> None:
        # what is given back first can be taken back then
        of_orders.release(order, customers, actor=actor)
        customer = customers.get(order.customer_id)
        if customer is not None and was_receipt:
            of_orders.take_back(order, customer, actor=actor)
        stamps.take_back([order])
        coupons.release(order)

    def order_moved(self, order: Order, giver: Customer | None, taker: Customer | None, *, actor) -> None:
        of_orders.move(order, giver, taker, actor=actor)
        stamps.move(order, taker)

    def deductions(
        self, draft: OrderDraft, wish: Wish, *, order: Order | None = None, actor=None
    ) -> list[Deduction]:
        return deductions_for(draft, wish, order=order, actor=actor)

    def customer_of(self, organisation, text: str) -> Customer | None:
        return find_redeemer(organisation, text)

    def most_points(self, customer: Customer, bill_cents: int) -> tuple[int, int]:
        balance = customer.stats.points
        quote = quote_points(customer.organisation, balance=balance, bill_cents=bill_cents)
        return quote.points, quote.amount_cents

    def facts(self, order: Order, formats: Formats) -> list[tuple[str, str]]:
        return of_orders.facts(order, formats) + coupons.checking.facts(order, formats)
