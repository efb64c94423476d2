"""What is answered of one order, alone or in a batch."""

from datetime import UTC

from django.core.exceptions import ValidationError

from backoffice.api.problems import Problem, wrong
from orders.models import Order

_POINTERS = {  # what `check_event` speaks of → where it stands in the body
    "tip": "tip_cents",
    "discount": "discount_cents",
    "unit_price": "lines",
    "tax_rate": "lines",
    "payment": "payments",
}


def refusal(error: ValidationError) -> Problem:
    code = error.code or "invalid"
    return Problem(422, errors=[wrong(_POINTERS.get(code, code), error.messages[0], code)])


def conflict() -> Problem:
    return Problem(409, detail="Another order is stored under this source and number.")


def receipt(request, order: Order, hints: list[dict]) -> dict:
    """From what never changes of an order, so that a retry gets the same."""
    return {
        "id": order.pk,
        "source": order.source,
        "external_id": order.external_id,
        "total_cents": order.total_cents,
        "tip_cents": order.tip_cents,
        "currency": request.organisation.currency,
        "recorded_at": order.recorded_at.astimezone(UTC),
        "hints": hints,
    }
