from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from backoffice.core.database.bulk import insert_rows
from backoffice.core.text.money import cents_per_unit
from customers.choices import Module
from customers.models import Customer
from loyalty.models import PointsEntry, Programme
from loyalty.models.points_entry import PointsKind
from loyalty.rules import points_for, reversible
from orders.extensions import OrderExtension
from orders.models import Order

_COLUMNS = ("customer_id", "order_id", "kind", "points", "actor_id", "occurred_at")


class PointsForOrders(OrderExtension):
    """Receipts earn points while the organisation has an active programme; voided ones give them back.

    Ledger line and balance are written in the order's own transaction (TRUST I1).
    """

    def receipts_added(self, organisation, orders: Sequence[Order], customers: dict[int, Customer]) -> None:
        programme = Programme.objects.filter(organisation=organisation, is_active=True).first()
        if programme is None:
            return
        rates = {
            "points_per_euro": programme.points_per_euro,
            "points_per_order": programme.points_per_order,
            "cents_per_unit": cents_per_unit(organisation.currency),
        }
        rows = []
        for order in orders:
            points = points_for(order.total_cents, **rates)
            if points <= 0:
                continue
            rows.append((order.customer_id, order.pk, PointsKind.EARNED, points, None, order.placed_at))
            customer = customers[order.customer_id]
            customer.stats.points += points
            customer.stats.earned_points += points
            customer.module_bits |= Module.LOYALTY
        insert_rows(PointsEntry, _COLUMNS, rows)

    def order_voided(self, order: Order, customers: dict[int, Customer], *, was_receipt: bool, actor) -> None:
        customer = customers.get(order.customer_id)
        if customer is None or not was_receipt:
            return
        entry = PointsEntry.objects.filter(order=order, kind=PointsKind.EARNED).first()
        points = reversible(entry.points, customer.stats.points) if entry else 0
        if not points:
            return
        PointsEntry.objects.create(
            customer_id=customer.pk,
            order=order,
            kind=PointsKind.REVERSED,
            points=-points,
            occurred_at=timezone.now(),
        )
        customer.stats.points -= points
        customer.stats.earned_points -= points

    def receipts_removed(self, orders: Sequence[Order], customers: dict[int, Customer]) -> None:
        """Points that are still there go with their lines; what was spent of others stays, reversed as far as
        the balance reaches."""
        entries = PointsEntry.objects.filter(order__in=orders).order_by("id")
        unspent, reversals, now = [], [], timezone.now()
        for entry in entries.filter(kind=PointsKind.EARNED):
            stats = customers[entry.customer_id].stats
            points = reversible(entry.points, stats.points)
            if points == entry.points:
                unspent.append(entry.pk)
            elif points:
                reversals.append((entry.customer_id, None, PointsKind.REVERSED, -points, None, now))
            stats.points -= points
            stats.earned_points -= points
        # past the ledger's refusal: here the receipts were never its own to begin with
        gone = PointsEntry.objects.filter(pk__in=unspent)
        gone._raw_delete(gone.db)
        QuerySet.update(entries, order=None)
        insert_rows(PointsEntry, _COLUMNS, reversals)
