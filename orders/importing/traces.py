"""What an import of orders does to customers, kept so that it can be taken back."""

from datetime import UTC, datetime

from django.utils import timezone

from backoffice.core.database.bulk import update_rows
from backoffice.outbox.choices import Topic
from backoffice.outbox.telling import tell
from customers.choices import Source
from customers.contacts import follow_columns
from customers.figures import FigureChanges
from customers.models import Customer
from orders.models import ImportedCustomer, Order, OrderImport
from orders.recording import Batch

_WRITTEN = (
    *("id", "joined_at", "module_bits", "first_name", "last_name", "phone", "email", "email_key"),
    *("sort_name", "search_text", "updated_at"),
)


def keep_traces(run: OrderImport, batch: Batch) -> None:
    """In the transaction of a batch: whom it created, and what known customers were before."""
    known = ImportedCustomer.objects.filter(run=run, customer__in=batch.customers_before)
    traces = {trace.customer_id: trace for trace in known}
    new = [ImportedCustomer(run=run, customer_id=pk, created=True) for pk in sorted(batch.customers_created)]
    customers = Customer.objects.in_bulk(batch.customers_before)
    for pk, before in sorted(batch.customers_before.items()):
        trace = traces.get(pk) or ImportedCustomer(run=run, customer_id=pk)
        old, new_values = _as_json(before), _as_json({name: getattr(customers[pk], name) for name in before})
        changed = [name for name, value in old.items() if value != new_values[name]]
        if trace.created or not changed:
            continue
        trace.before = {name: old[name] for name in changed} | trace.before  # the first word counts
        trace.after |= {name: new_values[name] for name in changed}
        if trace.pk is None:
            new.append(trace)
    ImportedCustomer.objects.bulk_create(new)
    ImportedCustomer.objects.bulk_update(traces.values(), ["before", "after"])


def restore(run: OrderImport, customers: dict[int, Customer], changes: FigureChanges) -> None:
    """Give locked customers back what they were where it is still as the import left it, once none of its
    orders is theirs any more. Areas that they have been active in return when no order is left at all."""
    traces = ImportedCustomer.objects.filter(run=run, customer__in=customers, created=False)
    left = set(
        Order.objects.filter(brought_by=run, customer__in=customers).values_list("customer", flat=True)
    )
    others = set(Order.objects.filter(customer__in=customers).values_list("customer", flat=True))
    restored, back, done = [], [], []
    for trace in traces.order_by("customer"):
        if trace.customer_id in left:
            continue
        done.append(trace.pk)
        customer = customers[trace.customer_id]
        returning = {
            name: before
            for name, before in trace.before.items()
            if _as_json({name: getattr(customer, name)})[name] == trace.after[name]
            and (name != "module_bits" or customer.pk not in others)
        }
        if returning:
            _give_back(customer, returning, changes)
            restored.append(tuple(getattr(customer, name) for name in _WRITTEN))
            if returning.keys() & {"phone", "email"}:
                back.append(customer)
    update_rows(Customer, _WRITTEN, restored)
    follow_columns(run.organisation, back, origin=Source.IMPORT, keeps_old=False)
    ImportedCustomer.objects.filter(pk__in=done).delete()
    tell(run.organisation, Topic.CUSTOMER_UPDATED, [pk for pk, *_values in restored])


def _give_back(customer: Customer, returning: dict[str, object], changes: FigureChanges) -> None:
    if "joined_at" in returning:
        returning["joined_at"] = datetime.fromisoformat(returning["joined_at"])
        changes.customer_joined(customer, -1)
    vars(customer).update(returning)
    if "joined_at" in returning:
        changes.customer_joined(customer, +1)
    customer.updated_at = timezone.now()
    customer.derive()


def _as_json(values: dict[str, object]) -> dict[str, object]:
    """Moments as text that says every microsecond: the encoder of Django cuts them."""
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }
