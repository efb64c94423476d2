"""What a receipt of a till comes to: rows of an order, with the columns that lists of orders have."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from backoffice.core.files.tables.dsfinvk.receipts import Position, Receipt, decimal

HEADERS = (
    *("order_id", "placed_at", "source", "service_type", "customer_name", "customer_phone", "customer_email"),
    *("item", "category", "quantity", "line_total", "tax_rate", "second_tax_rate", "second_tax_pct"),
    *("tip", "discount", "status"),
)
_SOLD = frozenset({"UMSATZ", "PFAND", "AUFSCHLAG", "MEHRZWECKGUTSCHEINKAUF", "EINZWECKGUTSCHEINKAUF"})
_TAKEN_OFF = frozenset({"RABATT", "PFANDRUECKZAHLUNG", "ZUSCHUSSECHT", "ZUSCHUSSUNECHT"})
_TIPS = ("TRINKGELDAG", "TRINKGELDAN")
_LONGEST = 80


@dataclass
class _Sold:
    position: Position
    quantity: Decimal
    amount: Decimal


def rows_of(receipt: Receipt) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each position that is sold; none where nothing was, as when cash was fetched, and
    none of a reversal whose first receipt is in the export: that one says that it is voided."""
    if receipt.first_is_here:
        return
    sign = -1 if _is_set(receipt.cells.get("BON_STORNO")) else 1
    sold, taken_off, tip = _sorted(receipt, sign)
    if not sold:
        return
    whole = _of_order(receipt, sign) | {"tip": _money(tip), "discount": _money(taken_off)}
    for number, one in enumerate(sold):
        cells = _of_position(one) | (whole if not number else {"order_id": whole["order_id"]})
        yield one.position.line, [cells.get(name, "") for name in HEADERS]


def _sorted(receipt: Receipt, sign: int) -> tuple[list[_Sold], Decimal, Decimal]:
    """What was sold, what was taken off, and the tip. A position that takes another back leaves both out."""
    sold: list[_Sold] = []
    taken_off = tip = Decimal(0)
    for position in receipt.positions:
        amount, kind = sign * _amount(position), position.cells.get("GV_TYP", "Umsatz").upper()
        if kind in _TIPS:
            tip += amount
        elif kind in _TAKEN_OFF or (kind in _SOLD and amount < 0):
            taken_off -= 0 if _take_back(sold, position, amount) else amount
        elif kind in _SOLD:
            sold.append(_Sold(position, sign * decimal(position.cells.get("MENGE", "1")), amount))
    return [one for one in sold if one.amount > 0 or one.quantity > 0], max(taken_off, Decimal(0)), tip


def _take_back(sold: list[_Sold], position: Position, amount: Decimal) -> bool:
    """Whether it is the reversal of a position above, which goes with it as far as it does."""
    for one in reversed(sold):
        is_same = one.position.cells.get("ARTIKELTEXT") == position.cells.get("ARTIKELTEXT")
        if is_same and one.amount + amount >= 0 and position.cells.get("GV_TYP", "").upper() != "RABATT":
            one.amount += amount
            one.quantity -= abs(decimal(position.cells.get("MENGE", "1")))
            return True
    return False


def _amount(position: Position) -> Decimal:
    """Tax included, as the taxes say, else pieces by price."""
    if position.taxes:
        return sum(position.taxes.values(), Decimal(0))
    factor = decimal(position.cells.get("FAKTOR", "1")) or 1
    return decimal(position.cells.get("MENGE", "1")) * factor * decimal(position.cells.get("STK_BR", "0"))


def _of_order(receipt: Receipt, sign: int) -> dict[str, str]:
    cells = receipt.cells
    return {
        "order_id": number_of(receipt),
        "placed_at": cells.get("BON_ENDE") or cells.get("BON_START", ""),
        "source": "store",
        "service_type": _service_type(receipt),
        "status": "voided" if sign < 0 or receipt.is_reversed else "completed",
        "customer_name": cells.get("KUNDE_NAME", ""),
        **_contact(cells.get("KUNDE_ID", "")),
    }


def number_of(receipt: Receipt) -> str:
    """That of the order: of a reversal the number of the receipt that it takes back."""
    is_back = _is_set(receipt.cells.get("BON_STORNO")) and receipt.reverses
    return _short(receipt.reverses if is_back else receipt.number)


def _contact(customer_id: str) -> dict[str, str]:
    """Some tills number customers by their phone or e-mail; other numbers mean nothing elsewhere."""
    if "@" in customer_id:
        return {"customer_email": customer_id}
    is_phone = customer_id.startswith(("+", "0")) and sum(char.isdecimal() for char in customer_id) >= 7
    return {"customer_phone": customer_id} if is_phone else {}


def _service_type(receipt: Receipt) -> str:
    return "dine_in" if _is_set(receipt.positions[0].cells.get("INHAUS", "1")) else "pickup"


def _of_position(one: _Sold) -> dict[str, str]:
    cells = one.position.cells
    is_whole = one.quantity >= 1 and one.quantity == int(one.quantity)
    name = cells.get("ARTIKELTEXT", "") or cells.get("WARENGR", "") or cells.get("GV_TYP", "")
    shown = name if is_whole or one.quantity <= 0 else f"{name} ({one.quantity.normalize():f})"
    return {
        "item": shown[:120],
        "category": cells.get("WARENGR", "")[:60],
        "quantity": str(int(one.quantity)) if is_whole else "1",
        "line_total": _money(one.amount),
        **_rates(one.position.taxes),
    }


def _rates(taxes: dict[str, Decimal]) -> dict[str, str]:
    """The rate that bears most, and of a menu of food and drinks the second one with its share."""
    known = sorted(((abs(gross), rate) for rate, gross in taxes.items() if rate and gross), reverse=True)
    if not known:
        return {}
    rates = {"tax_rate": known[0][1]}
    if len(known) == 2:
        share = round(known[1][0] / (known[0][0] + known[1][0]) * 100)
        if 0 < share < 100:
            rates |= {"second_tax_rate": known[1][1], "second_tax_pct": str(share)}
    return rates


def _money(amount: Decimal) -> str:
    rounded = amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{rounded:f}" if rounded else ""


def _short(number: str) -> str:
    """Numbers of tills may be as long as two identifiers; what does not fit is told apart by its digest."""
    if len(number) <= _LONGEST:
        return number
    return f"{number[-60:]}-{sha256(number.encode()).hexdigest()[:16]}"


def _is_set(text: str | None) -> bool:
    return (text or "").strip() in ("1", "true", "True")
