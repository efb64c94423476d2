"""Redeeming points on an order that is being placed. A void of the order gives them back."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.text.formats import Formats, formats_for
from customers.models import Customer
from loyalty.models import PointsEntry, Programme
from loyalty.models.points_entry import PointsKind
from loyalty.points import NotEnoughPoints, PointsLine, add_lines
from loyalty.rules import redeemable
from orders.models import Order


class RedemptionRefused(Exception):
    """The points are not taken; the text says why, and what is possible."""


@dataclass(frozen=True)
class PointsQuote:
    """How many points can be redeemed on a bill at most, what they are worth, and from how many on."""

    points: int
    amount_cents: int
    minimum_points: int


@dataclass(frozen=True)
class Redemption:
    """Points that were taken, what they take off the bill, and what the receipt calls it."""

    points: int
    amount_cents: int
    label: str


def quote_points(organisation, *, balance: int, bill_cents: int) -> PointsQuote:
    """The most that a balance can pay of a bill: nothing while the programme is off. One query, no lock."""
    programme = Programme.objects.filter(organisation=organisation, is_active=True).first()
    if programme is None:
        return PointsQuote(0, 0, 0)
    value = programme.point_value_cents
    points = redeemable(balance, balance=balance, bill_cents=bill_cents, point_value_cents=value)
    if points < programme.minimum_points:
        points = 0
    return PointsQuote(points, points * value, programme.minimum_points)


def foresee_points(organisation, *, customer: Customer | None, points: int, bill_cents: int) -> Redemption:
    """What redeeming these points would come to, as things are now; nothing is taken.

    Raises RedemptionRefused.
    """
    programme = _programme(organisation)
    _check(programme, points, bill_cents, formats_for(organisation))
    if customer is None:
        raise RedemptionRefused(_("Choose the customer whose points these are."))
    if customer.stats.points < points:
        raise RedemptionRefused(_not_enough())
    return _redemption(points, programme, formats_for(organisation))


@transaction.atomic
def redeem_points(
    *, order: Order, customer: Customer, points: int, bill_cents: int, actor=None
) -> Redemption:
    """Take points for a stored order, inside the order's own transaction; `bill_cents` is what is to pay.

    Locks the customer, so it is called before the order is locked and outside `changing_statistics`.
    Once per order: the same again gets the same answer. Raises RedemptionRefused; nothing is written then.
    """
    formats = formats_for(order.organisation)
    programme = _programme(order.organisation)
    stored = PointsEntry.objects.filter(order=order, kind=PointsKind.REDEEMED).first()
    if stored is not None:
        return _answer_again(stored, customer, points, programme, formats)
    _check(programme, points, bill_cents, formats)
    take_points(order.organisation, customer, points, order_id=order.pk, actor_id=actor and actor.pk)
    return _redemption(points, programme, formats)


def value_on_bill(organisation, *, points: int, bill_cents: int) -> int:
    """The cents that so many points take off a bill. Raises RedemptionRefused."""
    programme = _programme(organisation)
    _check(programme, points, bill_cents, formats_for(organisation))
    return points * programme.point_value_cents


def take_points(organisation, customer: Customer, points: int, **more) -> None:
    """Write the line, `more` of it included, and the balance. Raises RedemptionRefused."""
    line = PointsLine(customer.pk, PointsKind.REDEEMED, -points, timezone.now(), **more)
    try:
        with transaction.atomic():
            add_lines(organisation, [line])
    except NotEnoughPoints:
        raise RedemptionRefused(_not_enough()) from None


def _programme(organisation) -> Programme:
    programme = Programme.objects.filter(organisation=organisation, is_active=True).first()
    if programme is None:
        raise RedemptionRefused(_("The loyalty programme is off."))
    return programme


def _not_enough() -> str:
    return _("The customer does not have that many points.")


def _check(programme: Programme, points: int, bill_cents: int, formats: Formats) -> None:
    if points < programme.minimum_points:
        minimum = formats.number(programme.minimum_points)
        raise RedemptionRefused(_("Points are redeemed from %(minimum)s on.") % {"minimum": minimum})
    value = programme.point_value_cents
    most = redeemable(points, balance=points, bill_cents=bill_cents, point_value_cents=value)
    if most < points:
        words = {"points": formats.number(most), "bill": formats.money(bill_cents)}
        raise RedemptionRefused(_("Of %(bill)s at most %(points)s points can be paid.") % words)


def _answer_again(
    stored: PointsEntry, customer: Customer, points: int, programme: Programme, formats: Formats
) -> Redemption:
    if (stored.customer_id, stored.points) != (customer.pk, -points):
        raise RedemptionRefused(_("Other points were redeemed on this order already."))
    return _redemption(points, programme, formats)


def _redemption(points: int, programme: Programme, formats: Formats) -> Redemption:
    label = ngettext("%(points)s point", "%(points)s points", points) % {"points": formats.number(points)}
    return Redemption(points, points * programme.point_value_cents, label)
