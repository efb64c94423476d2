"""An order that is being put together, as coupons look at it."""

from dataclasses import dataclass
from datetime import datetime

from backoffice.staff.models import Location
from customers.models import Customer
from customers.models.customer import email_key


@dataclass(frozen=True)
class DraftLine:
    product_id: int
    quantity: int
    unit_price_cents: int


@dataclass(frozen=True)
class OrderDraft:
    """What is known of an order before it is stored. `placed_at` is aware, `phone` E.164 or empty;
    `discount_cents` is what has been taken off already. Without `customer` it is somebody without account."""

    lines: tuple[DraftLine, ...]
    service_type: str
    location: Location
    placed_at: datetime
    delivery_fee_cents: int = 0
    discount_cents: int = 0
    customer: Customer | None = None
    phone: str = ""
    email: str = ""

    @property
    def lines_cents(self) -> int:
        return sum(line.quantity * line.unit_price_cents for line in self.lines)

    @property
    def bill_cents(self) -> int:
        """What is to pay so far."""
        return max(0, self.lines_cents + self.delivery_fee_cents - self.discount_cents)

    @property
    def contact_keys(self) -> list[str]:
        """Every way in which the one who orders can be known, sorted."""
        phones, emails = {self.phone}, {email_key(self.email)}
        keys = set()
        if self.customer is not None:
            phones |= {self.customer.phone, self.customer.phone2}
            emails.add(self.customer.email_key)
            keys.add(f"customer:{self.customer.pk}")
        keys |= {f"phone:{phone}" for phone in phones if phone}
        keys |= {f"mail:{email}" for email in emails if email}
        return sorted(keys)
