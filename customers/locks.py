"""The locks that writers of customers take, in this order: creation, customers, then figures (TRUST I10)."""

from collections.abc import Iterable

from django.db import connection

from customers.models import Customer

_LOCK_CLASS = 5501  # any number of our own; with the organisation's id it names the lock


def hold_customer_creation(organisation) -> None:
    """Let no other transaction create customers of this organisation until this one ends.

    Two transactions that each create several customers would otherwise wait for each other's phone
    numbers crosswise. Take it before locking any customer. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, organisation.pk])


def lock_customers(organisation, customer_ids: Iterable[int], *, to_remove: bool = False) -> list[Customer]:
    """Lock customers in ascending order until the transaction ends (TRUST I10). `to_remove` takes the
    stronger lock: no order may arrive for a customer who is about to go.
    """
    customers = Customer.objects.of(organisation).filter(pk__in=customer_ids).order_by("pk")
    return list(customers.select_for_update(no_key=not to_remove))
