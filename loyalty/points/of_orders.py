"""What an order does to points: it earns, and what it earned goes back with it.

All of it works on what was stored for the order, never on what it would earn today. Customers are locked,
inside `changing_statistics` and found by id.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.database.prepared import Prepared
from backoffice.core.text.formats import Formats
from backoffice.core.text.money import cents_per_unit
from backoffice.core.text.periods import local_day
from customers.choices import Module, Source
from customers.models import Customer
from loyalty.models import BillRedemption, LotUse, PointsEntry, PointsLot, Programme
from loyalty.models.points_entry import EARNING, PointsKind
from loyalty.points import lots
from loyalty.points.ledger import PointsLine, write_lines
from loyalty.rules import part_of, points_for, reversible
from orders.locks import OrderChanged
from orders.models import Order, OrderLine, OrderRefund


def _active(organisation) -> QuerySet[Programme]:
    excluded = Programme.excluded_products.through.objects.filter(programme=OuterRef("pk"))
    active = Programme.objects.filter(organisation=organisation, is_active=True)
    return active.annotate(excludes=Exists(excluded)).order_by("pk")[:1]


_active_programmes = Prepared(_active)


def earn(organisation, orders: Sequence[Order], customers: dict[int, Customer]) -> None:
    """Receipts earn points while the organisation has an active programme."""
    found = _active_programmes(organisation=organisation.pk)
    if not found:
        return
    programme, lines = found[0], []
    for order, cents in _earning_cents(programme, orders):
        points = points_for(
            cents,
            points_per_euro=programme.points_per_euro,
            points_per_order=programme.points_per_order,
            cents_per_unit=cents_per_unit(organisation.currency),
        )
        if points > 0:
            lines.append(_earned(order, points, programme, organisation))
            customers[order.customer_id].module_bits |= Module.LOYALTY
    write_lines(customers, lines)


def _earned(order: Order, points: int, programme: Programme, organisation) -> PointsLine:
    expires_on = None
    if months := programme.expires_after_months:
        expires_on = lots.expiry_day(local_day(order.placed_at, organisation.tz), months)
    return PointsLine(
        order.customer_id,
        PointsKind.EARNED,
        points,
        order.placed_at,
        order_id=order.pk,
        expires_on=expires_on,
    )


def _earning_cents(programme: Programme, orders: Sequence[Order]) -> list[tuple[Order, int]]:
    """What of each order counts: what is left of its total, less the share of products that earn nothing.
    An order of nothing else is left out."""
    if not programme.excludes:
        return [(order, order.left_cents) for order in orders]
    excluded = programme.excluded_products.all()
    amount = Sum(F("quantity") * F("unit_price_cents"), default=0)
    rows = OrderLine.objects.filter(order__in=orders).order_by().values("order_id")
    earning = dict(rows.exclude(product__in=excluded).annotate(cents=amount).values_list("order_id", "cents"))
    counted = []
    for order in orders:
        whole = order.total_cents + order.discount_cents
        if order.pk in earning:
            counted.append((order, part_of(order.left_cents, earning[order.pk], whole)))
    return counted


def take_back(order: Order, customer: Customer, *, refund: OrderRefund | None = None, actor=None) -> None:
    """Reverse what the order earned in proportion to all that was refunded of it by now, less what was
    reversed before, as far as the customer's balance reaches; all of it without a `refund`."""
    stored = _stored(order)
    due = earned = stored.get(PointsKind.EARNED, 0)
    if not earned:
        return
    if refund is not None:
        due = part_of(earned, order.refunded_cents, order.total_cents)
    due += stored.get(PointsKind.REVERSED, 0)
    points = reversible(min(due, _stored(order, customer)["all"]), customer.stats.points)
    if points:
        own = PointsLot.objects.filter(customer=customer, entry__order=order).values_list("pk", flat=True)
        fields = {"takes_first": tuple(own), "refund_id": refund and refund.pk}
        line = _line(order, customer, PointsKind.REVERSED, -points, actor, **fields)
        write_lines({customer.pk: customer}, [line])


def release(order: Order, customers: dict[int, Customer], *, actor=None) -> None:
    """Give the points back that were redeemed on the order, into the lots they came from, once.

    Raises OrderChanged when somebody redeemed them in the same moment.
    """
    redeemed = _redeemed(order)
    if redeemed is None or PointsEntry.objects.filter(undoes=redeemed).exists():
        return
    if redeemed.customer_id not in customers:
        raise OrderChanged
    line = _line(
        order,
        customers[redeemed.customer_id],
        PointsKind.RELEASED,
        -redeemed.points,
        actor,
        undoes_id=redeemed.pk,
        gives_back=lots.taken_by(redeemed.pk),
    )
    write_lines(customers, [line])


def redeemers_of(order: Order) -> set[int]:
    """Who redeemed points on the order: the order may be another customer's by now."""
    redeemed = _redeemed(order)
    return {redeemed.customer_id} if redeemed else set()


def _redeemed(order: Order) -> PointsEntry | None:
    """The line of the points that were redeemed on it, also by a till before the order came."""
    entry = PointsEntry.objects.filter(order=order, kind=PointsKind.REDEEMED).first()
    if entry is not None or order.source == Source.MANUAL:
        return entry
    bills = BillRedemption.objects.filter(
        organisation=order.organisation_id, source=order.source, external_id=order.external_id
    )
    bill = bills.select_related("entry").first()
    return bill and bill.entry


def move(order: Order, giver: Customer | None, taker: Customer | None, *, actor=None) -> None:
    """What is stored for the order follows it, as far as the giver's balance reaches.

    To nobody, the points go; from nobody, those that went come back, and a receipt that has never earned
    anything does so now.
    """
    stored = _stored(order)
    if giver is None and taker is not None and not stored.get(PointsKind.EARNED) and order.counts:
        earn(taker.organisation, [order], {taker.pk: taker})
        return
    points = -stored.get(PointsKind.MOVED, 0)
    if giver is not None:
        points = reversible(_stored(order, giver)["all"], giver.stats.points)
    if points > 0:
        _move(order, points, giver, taker, actor)


def _move(order: Order, points: int, giver: Customer | None, taker: Customer | None, actor) -> None:
    lines, customers = [], {one.pk: one for one in (giver, taker) if one is not None}
    own = PointsLot.objects.filter(entry__order=order)
    if giver is not None:
        first = own.filter(customer=giver).values_list("pk", flat=True)
        lines.append(_line(order, giver, PointsKind.MOVED, -points, actor, takes_first=tuple(first)))
    if taker is not None:
        expires_on = own.order_by("pk").values_list("expires_on", flat=True).last()
        lines.append(_line(order, taker, PointsKind.MOVED, points, actor, expires_on=expires_on))
        taker.module_bits |= Module.LOYALTY
    write_lines(customers, lines)


def remove(orders: Sequence[Order], customers: dict[int, Customer]) -> None:
    """Points that are still there go with their lines; what was spent of others stays, reversed as far as
    the balance reaches."""
    entries = PointsEntry.objects.filter(order__in=orders).order_by("id")
    touched = set(LotUse.objects.filter(lot__entry__in=entries).values_list("lot__entry_id", flat=True))
    unspent, reversals, now = [], [], timezone.now()
    for entry in entries.filter(kind=PointsKind.EARNED):
        stats = customers[entry.customer_id].stats
        points = reversible(entry.points, stats.points)
        if points == entry.points and entry.pk not in touched:
            unspent.append(entry.pk)
            stats.points -= points
            stats.earned_points -= points
        elif points:
            reversals.append(_undone(entry, points, now))
            write_lines(customers, reversals[-1:])
    # past the ledger's refusal: here the receipts were never its own to begin with
    for gone in (PointsLot.objects.filter(entry__in=unspent), PointsEntry.objects.filter(pk__in=unspent)):
        gone._raw_delete(gone.db)
    QuerySet.update(entries, order=None, refund=None)


def _undone(entry: PointsEntry, points: int, now: datetime) -> PointsLine:
    own = PointsLot.objects.filter(entry=entry).values_list("pk", flat=True)
    return PointsLine(entry.customer_id, PointsKind.REVERSED, -points, now, takes_first=tuple(own))


def _stored(order: Order, customer: Customer | None = None) -> dict[str, int]:
    """What the ledger has for an order, by kind and in all, of one customer or of everybody."""
    entries = PointsEntry.objects.filter(Q(customer=customer) if customer else Q(), order=order)
    rows = entries.filter(kind__in=EARNING).order_by().values("kind").annotate(sum=Sum("points"))
    by_kind = dict(rows.values_list("kind", "sum"))
    return by_kind | {"all": sum(by_kind.values())}


def _line(order: Order, customer: Customer, kind: str, points: int, actor, **fields) -> PointsLine:
    actor_id = actor and actor.pk
    return PointsLine(
        customer.pk, kind, points, timezone.now(), actor_id=actor_id, order_id=order.pk, **fields
    )


def facts(order: Order, formats: Formats) -> list[tuple[str, str]]:
    """What the order earned and used, for its page: (label, points) of each kind. One query."""
    sums = PointsEntry.objects.filter(order=order).order_by("kind").values_list("kind")
    words = dict(PointsKind.choices)
    return [
        (_("Points"), f"{words[kind]}: {formats.number(points)}")
        for kind, points in sums.annotate(Sum("points"))
        if points
    ]
