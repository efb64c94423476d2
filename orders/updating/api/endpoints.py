"""`/api/v1/orders/{source}/{external_id}`: an order as it stands, and what its source tells of it later."""

from datetime import UTC

from django.core.exceptions import ValidationError
from django.http import Http404
from ninja import Router

from backoffice.api.authentication import needs
from backoffice.api.fields import IdempotencyKey
from backoffice.api.idempotency import once
from backoffice.api.problems import Problem, responses, wrong
from backoffice.api.scopes import Scope
from backoffice.core.text.text import clean, has_control_characters
from customers.choices import Source
from orders.correcting import RefundTooLarge
from orders.events import OrderEventRefund, OrderUpdate
from orders.locks import WrongStatus
from orders.models import Order
from orders.updating.api.shapes import OrderOut, OrderState, OrderUpdateIn
from orders.updating.told import order_shown
from orders.updating.updating import RefundConflict, UnknownOrder, update_order

router = Router(tags=["Orders"])


@router.get(
    "/{source}/{path:external_id}",
    url_name="order",
    operation_id="get_order",
    summary="Look an order up by its number",
    response={200: OrderOut} | responses(404),
    **needs(Scope.ORDERS_READ),
)
def get_order(request, source: str, external_id: str):
    number = _number(source, external_id)
    orders = Order.objects.filter(organisation=request.organisation, source=source, external_id=number)
    if request.location:
        orders = orders.filter(location=request.location)
    order = orders.select_related("location", "organisation").prefetch_related("lines", "payments").first()
    if order is None:
        raise Http404
    return order_shown(order)


@router.patch(
    "/{source}/{path:external_id}",
    url_name="order",
    operation_id="update_order",
    summary="Tell what changed of an order",
    response={200: OrderState} | responses(404, 409, 413, 415, 422),
    **needs(Scope.ORDERS_WRITE),
)
def change_order(
    request,
    source: str,
    external_id: str,
    update: OrderUpdateIn,
    idempotency_key: IdempotencyKey = "",
):
    """Complete it, void it, tell its times, pay a part back. Sent again, the same changes nothing; an older
    update never overwrites a newer one. 409 when the status would go back, a refund meets an order that is no
    receipt, or its number stands for another amount."""
    number = _number(source, external_id)
    answer, _is_new = once(request, lambda: _update(request, source, number, update))
    return answer


def _number(source: str, external_id: str) -> str:
    number = clean(external_id)
    if source not in Source.values or has_control_characters(number):
        raise Http404
    return number


def _update(request, source: str, number: str, sent: OrderUpdateIn) -> dict:
    said = sent.model_dump(exclude={"refunds"})
    refunds = tuple(OrderEventRefund(**refund.model_dump()) for refund in sent.refunds)
    update = OrderUpdate(source, number, refunds=refunds, **said)
    try:
        updated = update_order(organisation=request.organisation, update=update, location=request.location)
    except UnknownOrder:
        raise Http404 from None
    except ValidationError as error:
        raise Problem(422, errors=[wrong(error.code, error.messages[0], error.code)]) from None
    except RefundTooLarge as error:
        reason = f"Only {error.left_cents} cents are left of it."
        raise Problem(422, errors=[wrong("refunds", reason, "too_large")]) from None
    except RefundConflict as conflict:
        reason = f"The refund {conflict.refund.external_id} was another amount before."
        raise Problem(409, detail=reason) from None
    except WrongStatus:
        raise Problem(409, detail="The order has a status that does not allow this.") from None
    return _state(request, updated.order, updated.applied)


def _state(request, order: Order, applied: bool) -> dict:
    """As it is kept for those who send the same again: nothing personal, moments as text."""
    moments = {
        "promised_at": order.promised_at,
        "delivered_at": order.delivered_at,
        "updated_at": order.source_updated_at,
    }
    return {
        "id": order.pk,
        "source": order.source,
        "external_id": order.external_id,
        "applied": applied,
        "status": order.status,
        "total_cents": order.total_cents,
        "refunded_cents": order.refunded_cents,
        "currency": request.organisation.currency,
    } | {name: moment and moment.astimezone(UTC).isoformat() for name, moment in moments.items()}
