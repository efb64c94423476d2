from collections.abc import Iterator, Mapping

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from customers.extensions import (
    ActivityFeed,
    ActivityGroup,
    CustomerExtension,
    Merging,
    Panel,
    Relation,
    Tab,
)
from orders.catalogue import products_of
from orders.choices import ServiceType
from orders.models import CustomerSplit, ImportedCustomer, Order, Reservation
from orders.receipts import all_receipts, order_feeds, recent_receipts, spend
from orders.reservations import reservation_feed, reservation_problems, reservations_of
from orders.splits import end_splits, reopen_splits, splits_of
from orders.truth import (
    daily_receipts,
    order_statistics,
    product_problems,
    rebuild_products,
)
from orders.visits import rebuild_all_visits, rebuild_visits, visit_problems


class OrdersOfCustomer(CustomerExtension):
    """What orders know about customers."""

    relations = (
        Relation(Order, Merging.MOVES),
        Relation(Reservation, Merging.MOVES),
        # what a file did to somebody who is gone cannot be taken back from the survivor
        Relation(ImportedCustomer, Merging.KEPT),
        Relation(CustomerSplit, Merging.MOVES, "giver"),
        Relation(CustomerSplit, Merging.MOVES, "taker"),
    )
    tabs = (
        Tab("orders", _("Orders")),
        Tab("products", _("Products")),
        Tab("reservations", _("Reservations")),
    )
    activity_groups = (
        ActivityGroup("orders", _("Orders")),
        ActivityGroup("reservations", _("Reservations")),
    )
    service_type_words = dict(ServiceType.choices)

    def panels(self, customer, *, tab, data, formats) -> list[Panel]:
        if tab == "overview":
            return [spend(customer, data, formats), recent_receipts(customer, formats)]
        if tab == "products":
            return [products_of(customer, formats)]
        if tab == "reservations":
            return [reservations_of(customer, data, formats)]
        if tab == "orders":
            return [splits_of(customer, formats), all_receipts(customer, data, formats)]
        return [splits_of(customer, formats)] if tab == "activity" else []

    def activity_feeds(self, customer) -> list[ActivityFeed]:
        return [*order_feeds(customer), reservation_feed(customer)]

    def statistics(self, organisation, customer_ids=None):
        return order_statistics(organisation, customer_ids)

    def daily_figures(self, organisation) -> Iterator[dict]:
        return daily_receipts(organisation)

    def rebuild_figures(self, organisation) -> None:
        rebuild_products(organisation)
        rebuild_all_visits(organisation)

    def busy_customers(self, organisation, customer_ids: list[int]) -> set[int]:
        orders = Order.objects.filter(organisation=organisation, customer_id__in=customer_ids)
        booked = Reservation.objects.filter(organisation=organisation, customer_id__in=customer_ids)
        both = (
            orders.order_by().values_list("customer_id").union(booked.order_by().values_list("customer_id"))
        )
        return {pk for (pk,) in both}

    def forget_customers(self, organisation, customer_ids: list[int]) -> None:
        came = ImportedCustomer.objects.filter(customer_id__in=customer_ids)
        came._raw_delete(came.db)
        mine = Q(giver__in=customer_ids) | Q(taker__in=customer_ids)
        CustomerSplit.objects.filter(mine).delete()

    def rows_moved(self, organisation, customer_ids: list[int]) -> None:
        rebuild_visits(organisation, customer_ids)

    def merge_counts(self, customer_ids: list[int]) -> list[tuple[object, int]]:
        return [(_("Reservations"), Reservation.objects.filter(customer__in=customer_ids).count())]

    def merge_customers(self, organisation, survivor_id: int, merged_ids: list[int]) -> dict:
        return {"splits": end_splits(survivor_id, merged_ids)}

    def undo_merge(self, organisation, survivor_id: int, moved: Mapping[str, dict], kept: dict) -> None:
        reopen_splits(kept["splits"])

    def problems(self, organisation) -> Iterator[str]:
        yield from reservation_problems(organisation)
        yield from visit_problems(organisation)
        orders = Order.objects.filter(organisation=organisation)
        foreign = orders.exclude(customer=None).exclude(customer__organisation=F("organisation"))
        for pk in foreign.values_list("pk", flat=True):
            yield f"I12 order {pk}: its customer belongs to another organisation"
        foreign = orders.exclude(location__organisation=F("organisation"))
        for pk in foreign.values_list("pk", flat=True):
            yield f"I12 order {pk}: its location belongs to another organisation"
        lines = Sum(F("lines__quantity") * F("lines__unit_price_cents"), default=0)
        wrong = orders.annotate(lines_cents=lines).exclude(
            Q(total_cents=F("lines_cents") - F("discount_cents"))
        )
        for pk in wrong.values_list("pk", flat=True):
            yield f"I3 order {pk}: its total is not the sum of its lines"
        refunds = Coalesce(Sum("refunds__amount_cents"), 0)
        wrong = orders.annotate(refunds_cents=refunds).exclude(refunded_cents=F("refunds_cents"))
        for pk in wrong.values_list("pk", flat=True):
            yield f"I3 order {pk}: what was refunded is not the sum of its refunds"
        yield from product_problems(organisation)
