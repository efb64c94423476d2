"""`/api/v1/orders`: what tills and shops send, one by one or by the hundred, and what became of it."""

from datetime import UTC

from django.core.exceptions import ValidationError
from ninja import Router, Status
from pydantic import ValidationError as BodyError

from backoffice.api.authentication import needs
from backoffice.api.problems import Problem, body_of, responses, wrong, wrong_fields
from backoffice.api.scopes import Scope
from orders.models import Order
from orders.recording.api.reading import OrderReader, ReadOrder
from orders.recording.api.shapes import BatchIn, BatchOut, OrderIn, OrderReceipt
from orders.recording.bulk import OrderRecorder
from orders.recording.single import OrderConflict, record_order
from orders.recording.writing import Answer

_POINTERS = {  # what `check_event` speaks of → where it stands in the body
    "tip": "tip_cents",
    "discount": "discount_cents",
    "unit_price": "lines",
    "tax_rate": "lines",
    "payment": "payments",
}
router = Router(tags=["Orders"])


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
    read = OrderReader(request).read(order)
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
    reader, recorder = OrderReader(request), OrderRecorder(request.organisation)
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


def _refused(error: ValidationError) -> Problem:
    code = error.code or "invalid"
    return Problem(422, errors=[wrong(_POINTERS.get(code, code), error.messages[0], code)])


def _conflict() -> Problem:
    return Problem(409, detail="Another order is stored under this source and number.")


def _failed(problem: Problem) -> dict:
    return {"status": problem.status, "problem": body_of(problem)}


def _receipt(request, order: Order, read: ReadOrder) -> dict:
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
