"""What an order that is put together comes to, and what stands in its way. All sums are made here."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from backoffice.core.text.money import MAX_CENTS
from backoffice.core.text.periods import local_day
from orders.choices import DiscountKind, ServiceType
from orders.events import MAX_LINES, MAX_NOTE, MAX_QUANTITY, OrderEventLine, check_text
from orders.extensions import Deduction, DraftLine, OrderDraft, WishRefused, order_extensions
from orders.fulfilling.allergies import avoided_by, speaks_of_allergy
from orders.fulfilling.placement import Placement, PlacementLine
from orders.models import Product

LINES = "lines"  # the field of problems that concern a line
_WISHES = {DiscountKind.COUPON: "coupon", DiscountKind.POINTS: "points"}


@dataclass(frozen=True)
class BilledLine:
    """`avoided` are allergens in it that the customer's notes name; `problem` says why it is refused."""

    line: PlacementLine
    product: Product
    avoided: frozenset[str] = frozenset()
    problem: str = ""

    @property
    def cents(self) -> int:
        return self.line.quantity * self.product.price_cents


@dataclass
class Bill:
    """Sums in cents. `problems` are sentences by field; an order without any can be placed. `notes` are the
    customer's where they speak of an allergy, `avoided` the allergens (codes) that were read in them."""

    lines: list[BilledLine]
    notes: str = ""
    avoided: frozenset[str] = frozenset()
    fee: Product | None = None
    deductions: list[Deduction] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    tip_cents: int = 0

    @property
    def fee_cents(self) -> int:
        return self.fee.price_cents if self.fee else 0

    @property
    def subtotal_cents(self) -> int:
        return sum(line.cents for line in self.lines)

    @property
    def discount_cents(self) -> int:
        return sum(one.amount_cents for one in self.deductions)

    @property
    def total_cents(self) -> int:
        """What is to pay without tip."""
        return self.subtotal_cents + self.fee_cents - self.discount_cents

    @property
    def event_lines(self) -> tuple[OrderEventLine, ...]:
        """As they are recorded; the fee is a line like any other."""
        lines = [_event_line(one.product, one.line.quantity, one.line.note) for one in self.lines]
        return (*lines, *([_event_line(self.fee, 1)] if self.fee and self.lines else []))


def _event_line(product: Product, quantity: int, note: str = "") -> OrderEventLine:
    return OrderEventLine(
        name=product.name,
        quantity=quantity,
        unit_price_cents=product.price_cents,
        unit_cost_cents=product.cost_cents,
        tax_rate=product.tax_rate,
        category=product.category,
        second_tax_rate=product.second_tax_rate,
        second_tax_pct=product.second_tax_pct,
        note=note,
    )


def billed(placement: Placement) -> Bill:
    """The bill as things are now; nothing is used up. At most eight queries."""
    notes = placement.customer.notes if placement.customer else ""
    avoided = avoided_by(notes)
    bill = Bill(
        _lines(placement, avoided),
        notes=notes if speaks_of_allergy(notes) else "",
        avoided=avoided,
        tip_cents=placement.tip_cents,
    )
    if placement.service_type == ServiceType.DELIVERY and bill.lines:
        fees = Product.objects.filter(organisation=placement.location.organisation, is_delivery_fee=True)
        bill.fee = fees.filter(archived_at=None, is_available=True).first()
    if bill.lines:
        _foresee(placement, bill)
    bill.problems |= _problems(placement, bill)
    return bill


def draft_of(placement: Placement, bill: Bill) -> OrderDraft:
    """The order as coupons and points look at it."""
    return OrderDraft(
        lines=tuple(
            DraftLine(one.product.pk, one.line.quantity, one.product.price_cents) for one in bill.lines
        ),
        service_type=placement.service_type,
        location=placement.location,
        placed_at=placement.now,
        delivery_fee_cents=bill.fee_cents,
        customer=placement.customer,
        phone=placement.phone,
    )


def _lines(placement: Placement, avoided: frozenset[str]) -> list[BilledLine]:
    wanted = {line.product_id for line in placement.lines}
    products = Product.objects.filter(organisation=placement.location.organisation).in_bulk(wanted)
    today = local_day(placement.now, placement.location.tz)
    found = []
    for line in placement.lines:
        if product := products.get(line.product_id):
            codes = avoided & set(product.allergens)
            found.append(BilledLine(line, product, codes, _refusal(line, product, codes, today)))
    return found


def _refusal(line: PlacementLine, product: Product, avoided: frozenset[str], today) -> str:
    if product.sold_out_on == today:
        return _("Sold out today.")
    if not product.is_available or product.archived_at:
        return _("No longer on the menu.")
    if not 1 <= line.quantity <= MAX_QUANTITY:
        return _("A quantity is a whole number from 1 on.")
    try:
        check_text(line.note, MAX_NOTE, "note")
    except ValidationError as error:
        return error.messages[0]
    return _("Ask the customer first.") if avoided and not line.is_asked else ""


def _foresee(placement: Placement, bill: Bill) -> None:
    draft = draft_of(placement, bill)
    try:
        for extension in order_extensions():
            bill.deductions += extension.deductions(draft, placement.wish)
    except WishRefused as refusal:
        bill.problems[_WISHES[refusal.kind]] = str(refusal)


def _problems(placement: Placement, bill: Bill) -> dict[str, str]:
    found = {}
    if not bill.lines:
        found[LINES] = _("Choose what is ordered.")
    elif len(bill.lines) > MAX_LINES:
        found[LINES] = _("An order has at most %(count)d lines.") % {"count": MAX_LINES}
    elif any(line.problem for line in bill.lines):
        found[LINES] = _("Some of it cannot be ordered like this; see below.")
    elif not 0 <= bill.subtotal_cents <= MAX_CENTS:
        found[LINES] = _("This amount is too large.")
    if placement.service_type == ServiceType.DELIVERY and not placement.destination:
        found["destination"] = _("A delivery needs an address.")
    if placement.promised_at and placement.promised_at < placement.now:
        found["at"] = _("This time has passed.")
    return found
