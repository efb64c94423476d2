"""Two people who were kept as one: chosen orders go to a new customer, figures and points with them."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from backoffice.audit.services import audit
from customers.contacts import follow_points
from customers.locks import hold_customer_creation, lock_customers
from customers.models import ContactPoint, Customer
from customers.models.customer import email_key
from customers.records import register_customer, remove_untouched, set_many_active
from orders.choices import OrderStatus
from orders.correcting.moving import move_order
from orders.extensions import order_extensions
from orders.models import CustomerSplit, Order


class NothingToSplit(Exception):
    """None of the orders can be given to somebody else."""


class SplitOver(Exception):
    """It is undone already, or too long ago."""


@transaction.atomic
def split_customer(customer: Customer, *, order_ids: Sequence[int], fields: dict, actor) -> CustomerSplit:
    """Give orders of `customer` to a new one with these `fields`: names, phone (E.164), email.

    A further phone or e-mail of the customer, or an alias, that the new one has goes along. Voided orders
    stay. Raises NothingToSplit, and DuplicateCustomer for what is somebody's first.
    """
    organisation = customer.organisation
    hold_customer_creation(organisation)
    orders = list(
        Order.objects.filter(customer=customer, pk__in=order_ids)
        .exclude(status=OrderStatus.VOIDED)
        .select_related("organisation")
        .order_by("pk")
    )
    if not orders:
        raise NothingToSplit
    _lock_all(organisation, customer, orders)
    contacts = _hand_over(customer, fields)
    first_at = min(order.placed_at for order in orders)
    taker = register_customer(
        organisation=organisation,
        location=orders[0].location,
        fields=fields | {"joined_at": min(first_at, timezone.now())},
        actor=actor,
    )
    for order in orders:
        move_order(order, customer=taker, actor=actor)
    audit(action="customer.split", subject=customer, actor=actor, other=taker.pk)
    return CustomerSplit.objects.create(
        giver=customer, taker=taker, orders=[order.pk for order in orders], contacts=contacts, actor=actor
    )


def _lock_all(organisation, customer: Customer, orders: Sequence[Order]) -> None:
    """Everybody whom a move concerns, before any order (TRUST I10)."""
    ids = {customer.pk}
    for extension in order_extensions():
        for order in orders:
            ids |= extension.customers_of(order)
    lock_customers(organisation, ids)


def _hand_over(customer: Customer, fields: dict) -> list[list]:
    """Take further values and aliases that the new customer has off this one; returns what they were."""
    wanted = Q(kind="phone", key=fields.get("phone", "")) | Q(kind="email", key=email_key(fields["email"]))
    points = ContactPoint.objects.filter(wanted, customer=customer).exclude(place=0)
    taken = [[one.kind, one.key, one.value, one.place] for one in points.exclude(is_shared=True)]
    if taken:
        points.exclude(is_shared=True).delete()
        follow_points([customer])
    return taken


@transaction.atomic
def undo_split(split: CustomerSplit, *, actor) -> Customer:
    """Give the orders back, as far as they are still the new customer's, and return whose they are.

    The new customer goes, or becomes inactive when there is more to it by now. Raises SplitOver.
    """
    split = (
        CustomerSplit.objects.select_for_update(of=("self",))
        .select_related("giver", "taker")
        .get(pk=split.pk)
    )
    if not split.can_be_undone:
        raise SplitOver
    giver, taker = split.giver, split.taker
    orders = Order.objects.filter(customer=taker, pk__in=split.orders).exclude(status=OrderStatus.VOIDED)
    orders = list(orders.select_related("organisation").order_by("pk"))
    organisation = giver.organisation
    _lock_all(organisation, giver, [*orders])
    for order in orders:
        move_order(order, customer=giver, actor=actor)
    CustomerSplit.objects.filter(pk=split.pk).update(undone_at=timezone.now())
    audit(action="customer.split_undone", subject=giver, actor=actor, other=taker.pk)
    _let_go(organisation, taker, actor)
    _give_back(giver, split.contacts)
    return giver


def _let_go(organisation, taker: Customer, actor) -> None:
    locked = lock_customers(organisation, [taker.pk], to_remove=True)
    if remove_untouched(organisation, locked, since=timezone.now()):
        return
    ContactPoint.objects.filter(customer=taker).update(is_shared=True)
    set_many_active(organisation, [taker], is_active=False, actor=actor)


def _give_back(giver: Customer, contacts: list[list]) -> None:
    ContactPoint.objects.bulk_create(
        (
            ContactPoint(
                organisation=giver.organisation,
                customer=giver,
                kind=kind,
                key=key,
                value=value,
                place=place,
                origin=giver.source,
            )
            for kind, key, value, place in contacts
        ),
        ignore_conflicts=True,
    )
    if contacts:
        follow_points([giver])
