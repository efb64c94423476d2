"""Orders as a source would send them, with believable defaults."""

from datetime import UTC, datetime, timedelta
from itertools import count

from loyalty.models import Programme
from orders.events import OrderEvent, OrderEventLine

MORNING = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
_numbers = count(1)


def make_event(location, *, total_cents=2_500, minutes=0, **fields) -> OrderEvent:
    """A completed web pickup of one dish by Anna, `minutes` after a Monday morning in March."""
    defaults = {
        "external_id": f"T{next(_numbers)}",
        "placed_at": MORNING + timedelta(minutes=minutes),
        "location": location,
        "lines": (OrderEventLine("Käsespätzle", 1, total_cents),),
        "source": "web",
        "service_type": "pickup",
        "phone": "+4917139200012",
        "first_name": "Anna",
        "last_name": "Müller",
    }
    return OrderEvent(**defaults | fields)


def make_stranger_event(location, **fields) -> OrderEvent:
    return make_event(location, **{"phone": "", "email": "", "first_name": "", "last_name": ""} | fields)


def make_programme(organisation, **fields) -> Programme:
    return Programme.objects.create(
        organisation=organisation, **{"points_per_euro": 1, "points_per_order": 0} | fields
    )
