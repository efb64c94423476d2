"""Customers who go without a trace: only those an undone import had brought and nobody has touched since."""

from django.db import transaction

from customers.extensions import customer_extensions
from customers.figures import FigureChanges
from customers.models import ConsentEntry, Customer, CustomerStats, CustomerTag, ImportEffect


@transaction.atomic
def remove_customers(organisation, customers: list[Customer]) -> int:
    """Delete locked customers with all that hangs on them, ledgers included; returns how many.

    The caller knows that they have no orders and nothing of their own (`busy_customers`), and logs it.
    """
    ids = [customer.pk for customer in customers]
    if not ids:
        return 0
    changes = FigureChanges(organisation)
    stats = CustomerStats.objects.in_bulk(ids)
    for customer in customers:
        changes.customer_state(customer, stats[customer.pk], -1)
        changes.customer_joined(customer, -1)
    for extension in customer_extensions():
        extension.forget_customers(organisation, ids)
    # past the ledgers' refusal to be deleted: here the customer was never theirs to begin with
    for model in (ConsentEntry, CustomerTag, ImportEffect, CustomerStats):
        rows = model.objects.filter(customer_id__in=ids)
        rows._raw_delete(rows.db)
    rows = Customer.objects.filter(pk__in=ids)
    rows._raw_delete(rows.db)
    changes.write()
    return len(ids)
