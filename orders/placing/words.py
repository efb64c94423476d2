"""The cart and its bill as texts."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from backoffice.core.text.formats import MINUS, Formats
from orders.choices import Allergen, ServiceType
from orders.fulfilling import Bill
from orders.placing.forms import SERVICES
from orders.receipts import SERVICE_ICONS


@dataclass(frozen=True)
class CartRow:
    """A line as texts. `avoided` names allergens that have to be asked about, `is_asked` that they were."""

    product_id: int
    name: str
    quantity: int
    note: str
    sum: str
    avoided: str
    is_asked: bool
    problem: str


def cart_rows(bill: Bill, formats: Formats) -> list[CartRow]:
    return [
        CartRow(
            product_id=one.product.pk,
            name=one.product.name,
            quantity=one.line.quantity,
            note=one.line.note,
            sum=formats.money(one.cents),
            avoided=", ".join(str(Allergen(code).label) for code in sorted(one.avoided)),
            is_asked=one.line.is_asked,
            problem="" if one.avoided and not one.line.is_asked else one.problem,
        )
        for one in bill.lines
    ]


def bill_rows(bill: Bill, formats: Formats) -> list[tuple[str, str]]:
    """(label, amount) above the total."""
    rows = [(_("Subtotal"), formats.money(bill.subtotal_cents))]
    if bill.fee:
        rows.append((bill.fee.name, formats.money(bill.fee_cents)))
    rows += [(one.label, f"{MINUS}{formats.money(one.amount_cents)}") for one in bill.deductions]
    if bill.tip_cents:
        rows.append((_("Tip"), formats.money(bill.tip_cents)))
    return rows if len(rows) > 1 else []


def choices_of(current: str) -> list[dict]:
    """Kinds of order to choose from."""
    return [
        {
            "value": one.value,
            "label": one.label,
            "icon": SERVICE_ICONS[ServiceType(one)],
            "is_on": one.value == current,
        }
        for one in SERVICES
    ]
