"""Orders as they are sent and answered."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from backoffice.api.fields import Body, Cents, Moment, required_text, text, whole
from backoffice.api.problems import ProblemOut
from backoffice.core.text.money import MAX_CENTS
from customers.choices import Source
from orders.choices import OrderStatus, ServiceType
from orders.events import MAX_LINES, MAX_NOTE, MAX_QUANTITY

MAX_BATCH = 20_000


def _two_decimals(rate: Decimal) -> Decimal:
    if rate != round(rate, 2):
        raise PydanticCustomError("rate", "A rate has at most two decimals.")
    return rate


_SAID_RATE = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 100},
        {"type": "string", "pattern": r"^(100(\.00?)?|[0-9]{1,2}(\.[0-9]{1,2})?)$"},
    ],
    "description": "At most two decimals",
}
_Rate = Annotated[Decimal, Field(ge=0, le=100), AfterValidator(_two_decimals), WithJsonSchema(_SAID_RATE)]
SourceCode = Literal[*Source.values]


class OrderLineIn(Body):
    """One position. Rates are per cent."""

    item: required_text(120)
    quantity: whole(1, MAX_QUANTITY)
    unit_price_cents: Cents = Field(description="Of one, tax included")
    unit_cost_cents: Cents | None = None
    tax_rate: _Rate | None = None
    category: text(60) = ""
    note: text(MAX_NOTE) = ""


class PaymentIn(Body):
    """A payment that the source took; a tip is part of its amount."""

    method: required_text(60) = Field(description="In the words of the source")
    amount_cents: whole(-MAX_CENTS, MAX_CENTS)


class OrderCustomerIn(Body):
    """Who ordered. Phone or e-mail finds the customer or makes a new one, while the module is on."""

    phone: text(120) = Field("", description="In any spelling; without a country code it is the location's")
    email: text(254) = ""
    first_name: text(80) = ""
    last_name: text(80) = ""


class OrderIn(Body):
    """An order as its source tells it. `source` and `external_id` make it the same order when sent again."""

    external_id: required_text(80) = Field(description="The source's own number for it")
    placed_at: Moment
    lines: Annotated[list[OrderLineIn], Field(min_length=1, max_length=MAX_LINES)]
    source: SourceCode = Source.API.value
    location: text(80) = Field("", description="By name; needed where the key has none and there are several")
    service_type: Literal[*ServiceType.values] = ServiceType.DINE_IN.value
    status: Literal[*OrderStatus.values] = OrderStatus.COMPLETED.value
    customer: OrderCustomerIn = OrderCustomerIn()
    discount_cents: Cents = Field(0, description="Off the sum of the lines")
    tip_cents: Cents = Field(0, description="Beside the total")
    promised_at: Moment | None = None
    delivered_at: Moment | None = None
    payments: Annotated[list[PaymentIn], Field(max_length=50)] = []


class Hint(Schema):
    """Something that could not be used; the order was taken without it."""

    code: str
    detail: str
    pointer: str


class HeldOrder(Schema):
    """That an order is kept and not stored yet: its key is switched off as a source."""

    detail: str


HELD = "This source is switched off. The order is kept until somebody has it worked on."


class OrderReceipt(Schema):
    """That an order is stored; the same whenever it is sent again."""

    id: int
    source: SourceCode
    external_id: str
    total_cents: int
    tip_cents: int
    currency: str
    recorded_at: datetime
    hints: list[Hint] = []


class BatchIn(Body):
    """Orders, each read on its own: one that cannot be is refused alone."""

    orders: Annotated[list[Any], Field(min_length=1, max_length=MAX_BATCH)]


_ORDERS = {
    "type": "array",
    # anything else is taken too, and refused alone
    "items": {"anyOf": [{"$ref": "#/components/schemas/OrderIn"}, {}]},
    "minItems": 1,
    "maxItems": MAX_BATCH,
}
BATCH = {  # what the document says of it: orders are read one at a time
    "required": True,
    "content": {
        "application/json": {
            "schema": BatchIn.model_json_schema() | {"properties": {"orders": _ORDERS}},
        }
    },
}


class BatchResult(Schema):
    """What became of one order: as it would have been answered alone."""

    index: int
    status: int = Field(description="201 stored, 200 was there already, 409, 422")
    order: OrderReceipt | None = None
    problem: ProblemOut | None = None


class BatchOut(Schema):
    """Results in the order in which the orders were sent."""

    results: list[BatchResult]
