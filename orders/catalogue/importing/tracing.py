"""What a file may change of a product, as values that JSON keeps: compared, kept for the undo, given back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from orders.catalogue.importing.reading import ordered
from orders.catalogue.values import TAXES
from orders.models import Product

_PLAIN = ("category", "price_cents", "cost_cents", "is_available")
WRITTEN = (*_PLAIN, *TAXES, "allergens", "edited_at")


def state_of(product: Product) -> dict[str, object]:
    """The three of a tax are one value: only together they are always valid. Moments are ISO."""
    return {
        **{name: getattr(product, name) for name in _PLAIN},
        "taxes": [_as_text(getattr(product, name)) for name in TAXES],
        "allergens": ordered(product.allergens),
        "edited_at": product.edited_at and product.edited_at.astimezone(UTC).isoformat(),
    }


def give_back(product: Product, values: Mapping[str, object]) -> None:
    """Set what `state_of` said earlier; only the names that are in `values`."""
    values = dict(values)
    if "taxes" in values:
        rate, second_rate, pct = values.pop("taxes")
        values |= zip(TAXES, (_as_rate(rate), _as_rate(second_rate), pct), strict=True)
    if values.get("edited_at"):
        values["edited_at"] = datetime.fromisoformat(values["edited_at"])
    for name, value in values.items():
        setattr(product, name, value)


def _as_text(value):
    return f"{value:.2f}" if isinstance(value, Decimal) else value


def _as_rate(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
