"""The locks that writers of customers take, in this order: creation, customers, then figures (TRUST I10)."""

from collections.abc import Iterable

from django.db import connection

from customers.models import Customer, MergedCustomer

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


def survivors_of(organisation, ids: Iterable[int]) -> dict[int, int]:
    """Who stands for those of these customers who were merged into somebody else, by old id. One query."""
    wanted = [pk for pk in ids if pk < 2**63]  # an address may name any number
    merged = MergedCustomer.objects.filter(organisation=organisation, old_id__in=wanted, is_undone=False)
    return dict(merged.values_list("old_id", "merge__survivor_id"))


def lock_standing(organisation, customer_ids: Iterable[int]) -> dict[int, Customer]:
    """As `lock_customers`, by the ids asked for: who was merged a moment ago is the survivor."""
    wanted = set(customer_ids)
    found = {customer.pk: customer for customer in lock_customers(organisation, wanted)}
    if missing := wanted - found.keys():
        survivors = survivors_of(organisation, missing)
        locked = lock_customers(organisation, set(survivors.values()) - found.keys())
        found |= {customer.pk: customer for customer in locked}
        found |= {old: found[new] for old, new in survivors.items() if new in found}
    return found
