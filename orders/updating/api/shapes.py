"""Updates of orders as they are sent, and orders as they stand."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from backoffice.api.fields import Body, Moment, required_text, text, whole
from backoffice.core.text.money import MAX_CENTS
from customers.choices import Source
from orders.choices import OrderStatus, ServiceType
from orders.events import MAX_REASON

_SourceCode = Literal[*Source.values]
_StatusCode = Literal[*OrderStatus.values]


class RefundIn(Body):
    """A part of a receipt that was paid back. Under its number it counts once, however often it is sent."""

    external_id: required_text(80) = Field(description="The source's own number for it")
    amount_cents: whole(1, MAX_CENTS)
    reason: required_text(MAX_REASON)


class OrderUpdateIn(Body):
    """What changed of an order. What is left out, or null, stays as it is."""

    updated_at: Moment = Field(description="When it changed, on the clock of the source: the newest decides")
    status: _StatusCode | None = Field(None, description="Goes forward only: open, completed, voided")
    reason: text(MAX_REASON) = Field("", description="Why it is voided; needed with that")
    promised_at: Moment | None = None
    delivered_at: Moment | None = None
    refunds: Annotated[list[RefundIn], Field(max_length=50)] = []


class OrderState(Schema):
    """How an order stands after an update. `applied` is false when a newer update was taken before: status
    and times are left as they are then, its refunds count."""

    id: int
    source: _SourceCode
    external_id: str
    applied: bool
    status: _StatusCode
    promised_at: datetime | None
    delivered_at: datetime | None
    updated_at: datetime = Field(description="Of the newest update taken, on the clock of the source")
    total_cents: int
    refunded_cents: int
    currency: str


class OrderLineOut(Schema):
    item: str
    quantity: int
    unit_price_cents: int
    tax_rate: str | None
    note: str


class PaymentOut(Schema):
    method: str
    amount_cents: int


class OrderOut(Schema):
    """An order as it stands now."""

    id: int
    source: _SourceCode
    external_id: str
    location: str
    service_type: Literal[*ServiceType.values]
    status: _StatusCode
    placed_at: datetime
    promised_at: datetime | None
    delivered_at: datetime | None
    recorded_at: datetime
    updated_at: datetime | None = Field(description="Of the newest update, on the clock of the source")
    currency: str
    total_cents: int
    discount_cents: int
    tip_cents: int
    refunded_cents: int
    customer_id: int | None = Field(description="Null while nobody is known")
    lines: list[OrderLineOut]
    payments: list[PaymentOut]
