"""`/api/v1/orders`: what tills and shops send, one by one or by the hundred, and what became of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field, WrapValidator
from pydantic import ValidationError as BodyError

from backoffice.api.authentication import needs
from backoffice.api.fields import Body, Cents, Moment, required_text, text
from backoffice.api.problems import Problem, ProblemOut, body_of, responses, wrong, wrong_fields
from backoffice.api.scopes import Scope
from backoffice.core.text.money import MAX_CENTS
from backoffice.core.text.phones import normalise_phone
from backoffice.core.text.text import clean, fold_case, has_control_characters
from backoffice.staff.models import Location
from customers.choices import Source
from orders.choices import OrderStatus, ServiceType
from orders.events import MAX_LINES, MAX_NOTE, MAX_QUANTITY, OrderEvent, OrderEventLine, OrderEventPayment
from orders.models import Order
from orders.recording.bulk import OrderRecorder
from orders.recording.single import OrderConflict, record_order
from orders.recording.writing import Answer

MAX_BATCH = 100
_AHEAD = timedelta(days=1)  # clocks of tills go wrong
_POINTERS = {  # what `check_event` speaks of → where it stands in the body
    "tip": "tip_cents",
    "discount": "discount_cents",
    "unit_price": "lines",
    "tax_rate": "lines",
    "payment": "payments",
}
_Rate = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2, max_digits=5)]
_SourceCode = Literal[*Source.values]

router = Router(tags=["Orders"])


class OrderLineIn(Body):
    """One position. Rates are per cent."""

    item: required_text(120)
    quantity: Annotated[int, Field(strict=True, ge=1, le=MAX_QUANTITY)]
    unit_price_cents: Cents = Field(description="Of one, tax included")
    unit_cost_cents: Cents | None = None
    tax_rate: _Rate | None = None
    category: text(60) = ""
    note: text(MAX_NOTE) = ""


class PaymentIn(Body):
    """A payment that the source took; a tip is part of its amount."""

    method: required_text(60) = Field(description="In the words of the source")
    amount_cents: Annotated[int, Field(strict=True, ge=-MAX_CENTS, le=MAX_CENTS)]


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
    source: _SourceCode = Source.API.value
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


class OrderReceipt(Schema):
    """That an order is stored; the same whenever it is sent again."""

    id: int
    source: _SourceCode
    external_id: str
    total_cents: int
    tip_cents: int
    currency: str
    recorded_at: datetime
    hints: list[Hint] = []


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
    status: Literal[*OrderStatus.values]
    placed_at: datetime
    promised_at: datetime | None
    delivered_at: datetime | None
    recorded_at: datetime
    currency: str
    total_cents: int
    discount_cents: int
    tip_cents: int
    refunded_cents: int
    customer_id: int | None = Field(description="Null while nobody is known")
    lines: list[OrderLineOut]
    payments: list[PaymentOut]


def _each_alone(value, read):
    """An order of a batch, or why it is none: the others go on."""
    try:
        return read(value)
    except BodyError as error:
        return error


class BatchIn(Body):
    orders: Annotated[
        list[Annotated[OrderIn, WrapValidator(_each_alone)]], Field(min_length=1, max_length=MAX_BATCH)
    ]


class BatchResult(Schema):
    """What became of one order: as it would have been answered alone."""

    index: int
    status: int = Field(description="201 stored, 200 was there already, 409, 422")
    order: OrderReceipt | None = None
    problem: ProblemOut | None = None


class BatchOut(Schema):
    """Results in the order in which the orders were sent."""

    results: list[BatchResult]


@router.post(
    "",
    url_name="orders",
    operation_id="send_order",
    summary="Send an order",
    response={201: OrderReceipt, 200: OrderReceipt} | responses(409, 413, 415, 422),
    **needs(Scope.ORDERS_WRITE),
)
def send_order(request, order: OrderIn):
    """201 when it is stored now, 200 when it was there already, 409 when another order has its number."""
    read = _Reader(request).read(order)
    try:
        recorded = record_order(organisation=request.organisation, event=read.event)
    except ValidationError as error:
        raise _refused(error) from None
    except OrderConflict as conflict:
        raise _conflict() from conflict
    return Status(201 if recorded.created else 200, _receipt(request, recorded.order, read))


@router.post(
    "/batch",
    url_name="order-batch",
    operation_id="send_orders",
    summary="Send up to a hundred orders",
    response={200: BatchOut} | responses(413, 415, 422),
    **needs(Scope.ORDERS_WRITE),
)
def send_orders(request, batch: BatchIn):
    """Each has its own result; one that is refused stops no other. Send the whole batch again when no answer
    came."""
    reader, recorder = _Reader(request), OrderRecorder(request.organisation)
    results: dict[int, dict] = {}
    taken, outcomes = {}, []
    for index, order in enumerate(batch.orders):
        try:
            if isinstance(order, BodyError):
                raise Problem(422, errors=wrong_fields(order))
            read = reader.read(order)
            outcomes += recorder.add(read.event)
            taken[index] = read
        except ValidationError as error:
            results[index] = _failed(_refused(error))
        except Problem as problem:
            results[index] = _failed(problem)
    outcomes += recorder.flush()
    stored = Order.objects.in_bulk({outcome.order_id for outcome in outcomes})
    for (index, read), outcome in zip(taken.items(), outcomes, strict=True):
        if outcome.answer is Answer.CONFLICT:
            results[index] = _failed(_conflict())
            continue
        status = 201 if outcome.answer is Answer.RECORDED else 200
        results[index] = {"status": status, "order": _receipt(request, stored[outcome.order_id], read)}
    return {"results": [{"index": index, **results[index]} for index in sorted(results)]}


@router.get(
    "/{source}/{path:external_id}",
    url_name="order",
    operation_id="get_order",
    summary="Look an order up by its number",
    response={200: OrderOut} | responses(404),
    **needs(Scope.ORDERS_READ),
)
def get_order(request, source: str, external_id: str):
    number = clean(external_id)
    if source not in Source.values or has_control_characters(number):
        raise Http404
    orders = Order.objects.filter(organisation=request.organisation, source=source, external_id=number)
    if request.location:
        orders = orders.filter(location=request.location)
    order = orders.select_related("location").prefetch_related("lines", "payments").first()
    if order is None:
        raise Http404
    return _shown(request, order)


@dataclass(frozen=True)
class _Read:
    event: OrderEvent
    hints: list[dict]


class _Reader:
    """Bodies into events, for one request: what they leave open comes from the key and its organisation."""

    def __init__(self, request):
        self._organisation, self._own = request.organisation, request.location
        self._locations: list[Location] | None = None

    def read(self, order: OrderIn) -> _Read:
        """Raises Problem for a location or a moment that cannot be."""
        location = self._location(order.location)
        if order.placed_at > timezone.now() + _AHEAD:
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
        return _Read(event, hints)

    def _location(self, name: str) -> Location:
        """Of the key, else by name, else the only one."""
        if self._own:
            known = [self._own]
        else:
            known = self._all()
        if not name and len(known) == 1:
            return known[0]
        for location in known:
            if fold_case(location.name) == fold_case(name):
                return location
        reason = "Name the location." if not name else "This key knows no such location."
        raise Problem(422, errors=[wrong("location", reason, "location")])

    def _all(self) -> list[Location]:
        if self._locations is None:
            self._locations = list(self._organisation.locations.all())
        return self._locations


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


def _refused(error: ValidationError) -> Problem:
    code = error.code or "invalid"
    return Problem(422, errors=[wrong(_POINTERS.get(code, code), error.messages[0], code)])


def _conflict() -> Problem:
    return Problem(409, detail="Another order is stored under this source and number.")


def _failed(problem: Problem) -> dict:
    return {"status": problem.status, "problem": body_of(problem)}


def _receipt(request, order: Order, read: _Read) -> dict:
    """From what never changes of an order, so that a retry gets the same."""
    return {
        "id": order.pk,
        "source": order.source,
        "external_id": order.external_id,
        "total_cents": order.total_cents,
        "tip_cents": order.tip_cents,
        "currency": request.organisation.currency,
        "recorded_at": order.recorded_at.astimezone(UTC),
        "hints": read.hints,
    }


def _shown(request, order: Order) -> dict:
    names = (
        *("id", "source", "external_id", "service_type", "status", "placed_at", "promised_at"),
        *("delivered_at", "recorded_at", "total_cents", "discount_cents", "tip_cents", "refunded_cents"),
        "customer_id",
    )
    return {name: getattr(order, name) for name in names} | {
        "location": order.location.name,
        "currency": request.organisation.currency,
        "lines": [
            {
                "item": line.name,
                "quantity": line.quantity,
                "unit_price_cents": line.unit_price_cents,
                "tax_rate": None if line.tax_rate is None else f"{line.tax_rate:.2f}",
                "note": line.note,
            }
            for line in order.lines.all()
        ],
        "payments": [
            {"method": payment.method, "amount_cents": payment.amount_cents}
            for payment in order.payments.all()
        ],
    }
