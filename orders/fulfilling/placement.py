"""An order as somebody puts it together: what is wished, before a price stands on anything."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from backoffice.staff.models import Location
from customers.models import Customer
from orders.extensions import Wish


@dataclass(frozen=True)
class PlacementLine:
    """`note` is for the kitchen; `is_asked` says that the customer knows of the allergens in it."""

    product_id: int
    quantity: int
    note: str = ""
    is_asked: bool = False


@dataclass(frozen=True)
class Placement:
    """What is ordered for whom. `now` is aware; `promised_at` too, None is as soon as it is ready.

    Without `customer`, `name` and `phone` (E.164) say who it is, as far as somebody told. `destination` is
    the address of a delivery or the table. `token` names this one press on the button.
    """

    location: Location
    service_type: str
    lines: tuple[PlacementLine, ...]
    now: datetime
    token: UUID
    customer: Customer | None = None
    name: str = ""
    phone: str = ""
    destination: str = ""
    promised_at: datetime | None = None
    tip_cents: int = 0
    note: str = ""
    wish: Wish = field(default_factory=Wish)
