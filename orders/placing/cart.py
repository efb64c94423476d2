"""What is in the cart: it lives in the form that is sent, nowhere else, so nothing is left behind."""

from dataclasses import replace

from backoffice.core.pages.addresses import whole_number
from orders.events import MAX_QUANTITY
from orders.fulfilling import PlacementLine


def read_lines(data) -> list[PlacementLine]:
    """The lines that a form sends, but for those of none. A quantity that cannot be read is 0, which the bill
    refuses in words.
    """
    asked = {whole_number(text) for text in data.getlist("asked")}
    columns = (data.getlist(name) for name in ("product", "quantity", "line_note"))
    lines = []
    for product, quantity, note in zip(*columns, strict=False):
        pk, typed = whole_number(product), quantity.strip()
        if pk and typed != "0":
            lines.append(PlacementLine(pk, whole_number(typed), " ".join(note.split()), pk in asked))
    return lines


def add(lines: list[PlacementLine], product_id: int) -> list[PlacementLine]:
    """One more of it, on the line that has no note of its own."""
    for place, line in enumerate(lines):
        if line.product_id == product_id and not line.note:
            return change(lines, place, +1)
    return [*lines, PlacementLine(product_id, 1)]


def change(lines: list[PlacementLine], place: int, by: int) -> list[PlacementLine]:
    """More or less of one line; a line of none goes."""
    if not 0 <= place < len(lines):
        return lines
    quantity = lines[place].quantity + by
    changed = [replace(lines[place], quantity=min(quantity, MAX_QUANTITY))] if quantity > 0 else []
    return [*lines[:place], *changed, *lines[place + 1 :]]
