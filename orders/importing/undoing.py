"""Takes an import of orders back: its orders go as if they had never come, and so do the customers who came
with them, unless somebody has done something with them since."""

from datetime import UTC, datetime

from django.db import connection, transaction

from backoffice.imports.runs import end_undo
from backoffice.jobs.running import RunningJob
from customers.figures import changing_statistics
from customers.locks import lock_customers
from customers.models import Customer, CustomerStats
from customers.records import remove_untouched
from orders.extensions import order_extensions
from orders.figures import OrderChanges
from orders.importing.traces import restore
from orders.models import (
    Fulfilment,
    ImportedCustomer,
    Order,
    OrderImport,
    OrderLine,
    OrderPayment,
    OrderRefund,
    OrderVoid,
    Product,
    ReceiptRemoval,
)
from orders.truth import order_statistics
from orders.visits import keep_visits

CHUNK = 300


def undo_chunks(run: OrderImport, running: RunningJob) -> None:
    """Take back every order of a run, the last first, a chunk per transaction."""
    brought = Order.objects.filter(brought_by=run)
    ReceiptRemoval.objects.get_or_create(
        organisation=run.organisation, brought_by=run, reason="import taken back"
    )
    total = brought.count() + running.job.done_count
    counts = {"removed": 0, "kept": 0, "customers": 0} | running.job.counts
    done = running.job.done_count
    while True:
        running.give_way()
        with transaction.atomic():
            orders = list(brought.order_by("-pk")[:CHUNK])
            if not orders:
                break
            _take_back(run, orders, counts)
            done += len(orders)
            running.advance(done=done, total=total, counts=counts)
    end_undo(run, running.job.actor, counts)


def _take_back(run: OrderImport, orders: list[Order], counts: dict[str, int]) -> None:
    organisation = run.organisation
    ids = {order.customer_id for order in orders} - {None}
    customers = lock_customers(organisation, ids, to_remove=True)
    # as they are now, behind their customers (TRUST I10)
    rows = Order.objects.filter(pk__in=[one.pk for one in orders]).select_for_update(of=("self",))
    locked = list(rows.prefetch_related("lines"))
    reversed_here = _with_counter_entries(locked)
    going = [order for order in locked if order.pk not in reversed_here]
    Order.objects.filter(pk__in=reversed_here).update(brought_by=None)
    changes = OrderChanges(organisation)
    with changing_statistics(organisation, customers, changes) as by_id:
        for order in going:
            changes.order(order, -1)
            changes.lines(order, -1, {})
        receipts = [order for order in going if order.counts and order.customer_id is not None]
        for extension in order_extensions():
            extension.receipts_removed(receipts, by_id)
        products = _delete(going)
        _set_true(organisation, by_id)
        keep_visits(organisation, by_id.values())
        restore(run, by_id, changes)
    changes.write()
    _delete_unused(products)
    counts["removed"] += len(going)
    counts["kept"] += len(reversed_here)
    counts["customers"] += _remove_untouched(run, by_id)


def _with_counter_entries(orders: list[Order]) -> set[int]:
    """Ids of those that somebody voided or refunded here: they stay, as every document does."""
    entries = (OrderVoid, OrderRefund)
    return {
        pk
        for model in entries
        for pk in model.objects.filter(order__in=orders).values_list("order_id", flat=True)
    }


def _delete(orders: list[Order]) -> set[int]:
    """Past the cascade of the ORM: nothing else hangs on an order that came with a file. The ids of their
    products."""
    lines = OrderLine.objects.filter(order__in=orders)
    products = set(lines.values_list("product_id", flat=True))
    lines._raw_delete(lines.db)
    payments = OrderPayment.objects.filter(order__in=orders)
    payments._raw_delete(payments.db)
    ways = Fulfilment.objects.filter(order__in=orders)
    ways._raw_delete(ways.db)
    rows = Order.objects.filter(pk__in=[order.pk for order in orders])
    rows._raw_delete(rows.db)
    return products


def _delete_unused(products: set[int]) -> None:
    """Those that nobody keeps by hand."""
    used = OrderLine.objects.filter(product__in=products).order_by().values("product_id")
    Product.objects.filter(pk__in=products, edited_at=None).exclude(pk__in=used).delete()


def _set_true(organisation, by_id: dict[int, Customer]) -> None:
    """What the customers' orders say without those that went."""
    if not by_id:
        return
    truth, empty = order_statistics(organisation, by_id), CustomerStats()
    with connection.cursor() as cursor:
        cursor.execute(truth.sql, truth.params)
        rows = {pk: values for pk, *values in cursor.fetchall()}
    for pk, customer in by_id.items():
        values = rows.get(pk) or [getattr(empty, name) for name in truth.fields]
        for name, value in zip(truth.fields, values, strict=True):
            setattr(customer.stats, name, _as_read(name, value))


def _as_read(name: str, value):
    """A value of a plain cursor as the ORM would read it: SQLite hands out days as text."""
    value = CustomerStats._meta.get_field(name).to_python(value)
    is_moment = isinstance(value, datetime) and value.tzinfo is None
    return value.replace(tzinfo=UTC) if is_moment else value


def _remove_untouched(run: OrderImport, by_id: dict[int, Customer]) -> int:
    """Customers whom this import had created and who have nothing any more."""
    came = ImportedCustomer.objects.filter(run=run, customer__in=by_id, created=True)
    candidates = [by_id[pk] for pk in came.order_by("customer").values_list("customer_id", flat=True)]
    return len(remove_untouched(run.organisation, candidates, since=run.started_at))
