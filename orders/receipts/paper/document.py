"""What stands on a receipt, as texts in the reader's language: one source for screen, print, PDF and mail."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from backoffice.core.text.formats import Formats
from orders.choices import OrderStatus
from orders.models import Order, OrderLine, OrderVoid
from orders.receipts.paper.taxes import tax_table


@dataclass(frozen=True)
class PaperLine:
    """One position. `each` is the price of one where there are several; `letters` name its tax rates."""

    pk: int
    quantity: str
    name: str
    each: str
    note: str
    amount: str
    letters: str


@dataclass(frozen=True)
class Paper:
    """A receipt as it was issued, with its counter-entries below. Empty texts stand nowhere.

    `legal` says that this is a copy and no till receipt (PRODUCT G11).
    """

    house: str
    head: list[str]
    number: str
    placed: str
    service: str
    customer: str
    lines: list[PaperLine]
    subtotal: str
    discounts: list[tuple[str, str]]
    total: str
    taxes: list[tuple[str, str, str, str]]
    payments: list[tuple[str, str]]
    tip: str
    voided: str
    refunds: list[tuple[str, str]] = field(default_factory=list)
    left: str = ""
    legal: str = ""


def paper_of(order: Order, formats: Formats) -> Paper:
    """`order` comes with organisation, location and customer; five queries for its parts."""
    lines = list(order.lines.all())
    table = tax_table(lines, order.discount_cents)
    refunds = sorted(order.refunds.all(), key=lambda one: one.pk)
    return Paper(
        house=f"{order.organisation.name}, {order.location.name}",
        head=[line for line in order.location.receipt_head.splitlines() if line.strip()],
        number=order.external_id,
        placed=formats.moment(order.placed_at),
        service=order.get_service_type_display(),
        customer=str(order.customer) if order.customer else "",
        lines=[_line(line, letters, formats) for line, letters in zip(lines, table.letters, strict=True)],
        subtotal=formats.money(order.total_cents + order.discount_cents) if order.discount_cents else "",
        discounts=_discounts(order, formats),
        total=formats.money(order.total_cents),
        taxes=[
            (
                f"{row.letter} {_rate(row.rate, formats)}",
                *(formats.money(cents) for cents in (row.net_cents, row.tax_cents, row.gross_cents)),
            )
            for row in table.rows
        ],
        payments=[(one.method, formats.money(one.amount_cents)) for one in order.payments.all()],
        tip=formats.money(order.tip_cents) if order.tip_cents else "",
        voided=_voided(order, formats),
        refunds=[
            (
                f"{formats.moment(one.occurred_at)} · {one.reason}",
                formats.money(-one.amount_cents),
            )
            for one in refunds
        ],
        left=formats.money(order.left_cents) if refunds else "",
        legal=legal_note(order.location.country),
    )


def legal_note(country: str) -> str:
    """That this is no receipt of a till (PRODUCT G11)."""
    if country == "DE":
        return _("Copy for information, not a receipt as defined by § 146a AO")
    return _("Copy for information, not a till receipt")


def _line(line: OrderLine, letters: str, formats: Formats) -> PaperLine:
    each = _("%(price)s each") % {"price": formats.money(line.unit_price_cents)}
    return PaperLine(
        pk=line.pk,
        quantity=formats.number(line.quantity),
        name=line.name,
        each=each if line.quantity > 1 else "",
        note=line.note,
        amount=formats.money(line.quantity * line.unit_price_cents),
        letters=letters,
    )


def _discounts(order: Order, formats: Formats) -> list[tuple[str, str]]:
    """Those that say what they were for, and the rest."""
    known = list(order.discounts.order_by("pk"))
    rows = [(f"{one.get_kind_display()} {one.label}", formats.money(-one.amount_cents)) for one in known]
    rest = order.discount_cents - sum(one.amount_cents for one in known)
    return rows + ([(_("Discount"), formats.money(-rest))] if rest else [])


def _rate(rate, formats: Formats) -> str:
    if rate is None:
        return _("rate not reported")
    return formats.whole_percent(int(rate)) if rate == int(rate) else formats.percent(rate)


def _voided(order: Order, formats: Formats) -> str:
    if order.status != OrderStatus.VOIDED:
        return ""
    entry = OrderVoid.objects.filter(order=order).first()
    if entry is None:
        return _("Voided")
    words = {"moment": formats.moment(entry.occurred_at), "reason": entry.reason}
    return _("Voided on %(moment)s: %(reason)s") % words
