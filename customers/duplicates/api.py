"""`/api/v1/customers/{id}/merge`: others become this customer; with `dry_run` only what that would be."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Router, Schema
from pydantic import Field

from backoffice.api.authentication import needs
from backoffice.api.fields import Body, IdempotencyKey
from backoffice.api.idempotency import once
from backoffice.api.problems import Problem, responses, wrong
from backoffice.api.scopes import Scope
from customers.access import get_customer
from customers.choices import ConsentAction
from customers.locks import survivors_of
from customers.merging import MergeRefused, MergeWish, StaleMerge, choices, foresee_merge, merge_customers
from customers.models import CustomerMerge, MergedCustomer

MOST = 19
_NAMES = tuple(choice.name for choice in choices())

router = Router(tags=["Customers"])


class MergeIn(Body):
    """`merge` are the customers who are given up. `values` say whose value stays, field by field: by default
    that of the customer in the address, and where there is none the oldest one's."""

    merge: Annotated[list[Annotated[int, Field(ge=1, lt=2**63)]], Field(min_length=1, max_length=MOST)]
    values: dict[Literal[_NAMES], Annotated[int, Field(ge=1, lt=2**63)]] = Field(
        default_factory=dict, description="Names of fields, `address` for all of an address"
    )
    dry_run: bool = Field(False, description="Answer what would be, and change nothing")


class MergeOut(Schema):
    """`merge_id` is null for a dry run. Consents are what holds afterwards: the stricter one of all."""

    merge_id: int | None
    customer_id: int
    merged: list[int]
    points: int
    receipts: int
    revenue_cents: int
    consents: dict[str, Literal["", *ConsentAction.values]]
    undo_until: datetime | None


@router.post(
    "/{int:pk}/merge",
    url_name="customer-merge",
    operation_id="merge_customers",
    summary="Merge customers who are one person",
    response={200: MergeOut} | responses(404, 409, 413, 415, 422),
    **needs(Scope.CUSTOMERS_MERGE),
)
def merge(request, pk: int, wish: MergeIn, idempotency_key: IdempotencyKey = ""):
    """Everything of theirs becomes this customer's: orders, points, cards, consents, phones and e-mails.
    Sent again it changes nothing. It can be undone for 30 days, in the pages. 409 with `customer_ids` when
    some of them are not there any more.
    """
    survivor = get_customer(request, pk)
    asked = MergeWish(survivor.pk, tuple(dict.fromkeys(wish.merge)), wish.values)
    if not wish.dry_run and (earlier := _earlier(request.organisation, asked)):
        return _answer(request.organisation, asked, earlier)
    try:
        foreseen = _shown(foresee_merge(request.organisation, asked))
        if wish.dry_run:
            return {"merge_id": None, "undo_until": None} | foreseen
        answer, _is_new = once(request, lambda: _merge(request.organisation, asked, foreseen))
    except MergeRefused:
        raise Problem(422, errors=[wrong("merge", "Name others than the customer of the address.")]) from None
    except StaleMerge as stale:
        raise Problem(409, detail="Some of them are not there.", customer_ids=stale.ids) from None
    return answer


def _merge(organisation, asked: MergeWish, foreseen: dict) -> dict:
    made = merge_customers(organisation, asked, actor=None)
    return {"merge_id": made.pk, "undo_until": made.undo_until.isoformat()} | foreseen


def _earlier(organisation, asked: MergeWish) -> CustomerMerge | None:
    """The merge that has done all of this before."""
    survivors = survivors_of(organisation, asked.merged_ids)
    if set(asked.merged_ids) - survivors.keys() or set(survivors.values()) != {asked.survivor_id}:
        return None
    last = MergedCustomer.objects.filter(organisation=organisation, old_id__in=asked.merged_ids)
    return CustomerMerge.objects.filter(merged__in=last, undone_at=None).order_by("-pk").first()


def _answer(organisation, asked: MergeWish, earlier: CustomerMerge) -> dict:
    stats = earlier.survivor.stats
    return {
        "merge_id": earlier.pk,
        "customer_id": asked.survivor_id,
        "merged": list(asked.merged_ids),
        "points": stats.points,
        "receipts": stats.receipts_count,
        "revenue_cents": stats.revenue_cents,
        "consents": {},
        "undo_until": earlier.undo_until,
    }


def _shown(foreseen) -> dict:
    survivor, *others = foreseen.customers
    return {
        "customer_id": survivor.pk,
        "merged": [one.pk for one in others],
        "points": sum(foreseen.points),
        "receipts": sum(foreseen.receipts),
        "revenue_cents": foreseen.revenue_cents,
        "consents": {one.purpose.value: str(one.state) for one in foreseen.consents},
    }
