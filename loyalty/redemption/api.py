"""`/api/v1/loyalty/redemptions`: points that a till takes off a bill of its own."""

import hashlib
from typing import Literal

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from backoffice.api.authentication import needs
from backoffice.api.fields import Body, IdempotencyKey, text, whole
from backoffice.api.idempotency import once, require_identity
from backoffice.api.problems import Problem, responses, wrong
from backoffice.api.scopes import Scope
from backoffice.core.text.money import MAX_CENTS
from customers.choices import Source
from customers.locks import survivors_of
from customers.models import Customer
from loyalty.models import BillRedemption
from loyalty.redemption.bills import RedemptionConflict, TillBill, give_back, redeem_on_bill
from loyalty.redemption.finding import find_redeemer
from loyalty.redemption.redeeming import RedemptionRefused

_MOST_POINTS = 10**9
_SourceCode = Literal[*Source.values]

router = Router(tags=["Loyalty"])


class RedemptionIn(Body):
    """Points for a bill. Say whose they are by `customer_id` or by `card`."""

    points: whole(1, _MOST_POINTS)
    bill_cents: whole(1, MAX_CENTS) = Field(description="What is to pay; points take no more off than that")
    customer_id: whole(1, 2**63 - 1) | None = None
    card: text(120) = Field("", description="The number of a card, or a phone")
    source: _SourceCode = Source.API.value
    external_id: text(80) = Field(
        "", description="The number that the order of this bill has, or will have: voided, it gives them back"
    )


class RedemptionOut(Schema):
    """What the points take off the bill; the same whenever it is sent again."""

    id: int
    customer_id: int
    points: int
    amount_cents: int = Field(description="Take this off the bill; send it as `discount_cents` of the order")
    currency: str
    source: _SourceCode
    external_id: str


class ReleaseOut(Schema):
    """Whose points are back, and how many."""

    id: int
    customer_id: int
    points: int


@router.post(
    "/redemptions",
    url_name="redemptions",
    operation_id="redeem_points",
    summary="Redeem points on a bill",
    response={201: RedemptionOut, 200: RedemptionOut} | responses(409, 413, 415, 422),
    **needs(Scope.POINTS_REDEEM),
)
def redeem(
    request,
    redemption: RedemptionIn,
    idempotency_key: IdempotencyKey = "",
):
    """The points are gone with the answer. 409 `points_refused` says why they are not taken, `conflict` that
    others were on this bill. It needs `external_id` or an Idempotency-Key."""
    require_identity(request, redemption.external_id)
    created = []
    answer, is_new = once(request, lambda: _redeem(request, redemption, created))
    return Status(201 if is_new and created else 200, answer)


@router.post(
    "/redemptions/{int:pk}/release",
    url_name="redemption-release",
    operation_id="release_points",
    summary="Give the points of a bill back",
    response={200: ReleaseOut} | responses(404, 409),
    **needs(Scope.POINTS_REDEEM),
)
def release(request, pk: int):
    """For a bill that came to nothing; once, however often it is sent. 409 `points_refused` when its receipt
    is stored: a void of that gives them back."""
    redemptions = BillRedemption.objects.select_related("entry", "organisation")
    redemption = get_object_or_404(redemptions, organisation=request.organisation, pk=pk)
    try:
        give_back(redemption)
    except RedemptionRefused as refusal:
        raise Problem(409, "points_refused", detail=str(refusal)) from None
    return {
        "id": redemption.pk,
        "customer_id": redemption.entry.customer_id,
        "points": -redemption.entry.points,
    }


def _redeem(request, sent: RedemptionIn, created: list) -> dict:
    customer = _customer(request.organisation, sent)
    said = hashlib.sha256(sent.model_dump_json().encode()).hexdigest()
    bill = TillBill(sent.bill_cents, sent.source, sent.external_id, said)
    try:
        redemption, is_new = redeem_on_bill(
            organisation=request.organisation, customer=customer, points=sent.points, bill=bill
        )
    except RedemptionConflict:
        raise Problem(409, detail="Other points were redeemed on this bill before.") from None
    except RedemptionRefused as refusal:
        raise Problem(409, "points_refused", detail=str(refusal)) from None
    created += [redemption] * is_new
    return {
        "id": redemption.pk,
        "customer_id": redemption.entry.customer_id,
        "points": -redemption.entry.points,
        "amount_cents": redemption.amount_cents,
        "currency": request.organisation.currency,
        "source": redemption.source,
        "external_id": redemption.external_id,
    }


def _customer(organisation, sent: RedemptionIn) -> Customer:
    """Raises Problem when nobody, or more than one way, is named."""
    if (sent.customer_id is None) == (not sent.card):
        raise _wrong("card", "Name the customer by `customer_id` or by `card`.")
    if sent.card:
        return _holder(organisation, sent.card)
    customer = Customer.objects.of(organisation).active().filter(pk=sent.customer_id).first()
    if customer is None:
        survivor = survivors_of(organisation, [sent.customer_id]).get(sent.customer_id)
        merged = f"This customer was merged into {survivor}."
        raise _wrong("customer_id", merged if survivor else "There is no such active customer.")
    return customer


def _holder(organisation, text: str) -> Customer:
    try:
        customer = find_redeemer(organisation, text)
    except ValidationError as error:
        raise _wrong("card", error.messages[0]) from None
    if customer is None:
        raise _wrong("card", "This is nobody's card or phone.")
    return customer


def _wrong(name: str, reason: str) -> Problem:
    return Problem(422, errors=[wrong(name, reason)])
