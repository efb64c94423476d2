"""`/api/v1/orders`: what tills and shops send, one by one or by the thousand, and what became of it."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from ninja import Router, Status

from backoffice.api.authentication import needs
from backoffice.api.long_lists import items_of
from backoffice.api.problems import Problem, responses
from backoffice.api.scopes import Scope
from orders.arrivals import SourceOff, arriving, count_events, hold_back, source_of_key
from orders.recording.api.answers import conflict, receipt, refusal
from orders.recording.api.batch import Batch
from orders.recording.api.reading import OrderReader
from orders.recording.api.shapes import BATCH, HELD, BatchIn, BatchOut, HeldOrder, OrderIn, OrderReceipt
from orders.recording.single import OrderConflict, record_order

router = Router(tags=["Orders"])


@router.post(
    "",
    url_name="orders",
    operation_id="send_order",
    summary="Send an order",
    response={201: OrderReceipt, 200: OrderReceipt, 202: HeldOrder} | responses(409, 413, 415, 422),
    **needs(Scope.ORDERS_WRITE),
)
def send_order(request, order: OrderIn):
    """201 when it is stored now, 200 when it was there already, 409 when another order has its number. 202
    while this key is switched off as a source: the order is kept, and stored when somebody wants it."""
    source = source_of_key(request.auth)
    try:
        with arriving(source):
            read = OrderReader(request).read(order)
            recorded = record_order(organisation=request.organisation, event=read.event)
    except SourceOff:
        hold_back(source, number=f"{order.source} {order.external_id}", body=request.body)
        return Status(202, {"detail": HELD})
    except ValidationError as error:
        raise refusal(error) from None
    except OrderConflict:
        raise conflict() from None
    return Status(201 if recorded.created else 200, receipt(request, recorded.order, read.hints))


@router.post(
    "/batch",
    url_name="order-batch",
    operation_id="send_orders",
    summary="Send up to 20,000 orders",
    response={200: BatchOut} | responses(409, 413, 415, 422),
    **needs(Scope.ORDERS_WRITE, requestBody=BATCH),
)
def send_orders(request):
    """Each has its own result; one that is refused stops no other. They are stored some hundred at a time:
    when no answer came, send the whole batch again, what is stored already gets its first answer."""
    source = source_of_key(request.auth)
    if not source.is_on:
        raise Problem(409, "source_off")
    batch = Batch(request)
    answer = batch.record(items_of(request, BatchIn, "orders"))
    count_events(source, events=batch.count, errors=batch.refused)
    return HttpResponse(answer, "application/json")
