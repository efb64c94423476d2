"""Bodies of orders into events."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from backoffice.api.locations import KeyLocations
from backoffice.api.problems import Problem, wrong
from backoffice.core.text.phones import normalise_phone
from backoffice.staff.models import Location
from orders.events import AHEAD, OrderEvent, OrderEventLine, OrderEventPayment
from orders.recording.api.shapes import OrderCustomerIn, OrderIn


@dataclass(frozen=True)
class ReadOrder:
    event: OrderEvent
    hints: list[dict]


class OrderReader:
    """Bodies into events, for one request: what they leave open comes from the key and its organisation."""

    def __init__(self, request):
        self._locations = KeyLocations(request)

    def read(self, order: OrderIn) -> ReadOrder:
        """Raises Problem for a location or a moment that cannot be."""
        location = self._locations.named(order.location)
        if order.placed_at > timezone.now() + AHEAD:
            raise Problem(422, errors=[wrong("placed_at", "This lies in the future.", "future")])
        phone, email, hints = _contact(order.customer, location)
        event = OrderEvent(
            **order.model_dump(include=_AS_SENT),
            location=location,
            lines=tuple(
                OrderEventLine(line.item, **line.model_dump(exclude={"item"})) for line in order.lines
            ),
            payments=tuple(OrderEventPayment(**payment.model_dump()) for payment in order.payments),
            phone=phone,
            email=email,
            first_name=order.customer.first_name,
            last_name=order.customer.last_name,
        )
        return ReadOrder(event, hints)


_AS_SENT = {
    *("external_id", "placed_at", "source", "service_type", "status"),
    *("tip_cents", "discount_cents", "promised_at", "delivered_at"),
}


def _contact(customer: OrderCustomerIn, location: Location) -> tuple[str, str, list[dict]]:
    """Phone and e-mail, and which of them cannot be read: that costs an order its customer, not the order."""
    phone, email, hints = "", customer.email, []
    try:
        phone = normalise_phone(customer.phone, location.country) if customer.phone else ""
    except ValidationError as error:
        hints.append(wrong("customer/phone", error.messages[0], "phone"))
    try:
        if email:
            validate_email(email)
    except ValidationError as error:
        hints.append(wrong("customer/email", error.messages[0], "email"))
        email = ""
    return phone, email, hints
