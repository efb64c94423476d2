"""`/api/v1/customers/{id}/consents/{purpose}`: what a customer has decided elsewhere."""

from datetime import datetime
from typing import Literal

from ninja import Router, Schema
from pydantic import Field

from backoffice.api.authentication import needs
from backoffice.api.fields import Body, Moment, text
from backoffice.api.problems import Problem, responses, wrong
from backoffice.api.scopes import Scope
from customers.access import get_customer
from customers.choices import ConsentAction, ConsentMethod, Purpose
from customers.consent.ledger import ConsentFromFuture
from customers.consent.telling import WithdrawnSince, tell_consent

_METHODS = (
    *(ConsentMethod.IN_PERSON, ConsentMethod.PAPER, ConsentMethod.PHONE),
    *(ConsentMethod.EMAIL, ConsentMethod.WEB_FORM),
)

router = Router(tags=["Consents"])


class ConsentIn(Body):
    """A decision with its evidence: how we know, and when it was made."""

    state: Literal[ConsentAction.GRANTED.value, ConsentAction.WITHDRAWN.value]
    method: Literal[*(method.value for method in _METHODS)]
    occurred_at: Moment = Field(description="When the customer decided, not when it is sent")
    origin: text(200) = Field("", description="For example the address of the form")


class ConsentOut(Schema):
    """The newest line of the ledger for this purpose."""

    purpose: Literal[*Purpose.values]
    state: Literal[*ConsentAction.values]
    method: str
    occurred_at: datetime
    recorded_at: datetime


@router.put(
    "/{int:pk}/consents/{purpose}",
    url_name="consent",
    operation_id="tell_consent",
    summary="Tell a decision of a customer",
    response={200: ConsentOut} | responses(404, 409, 413, 415, 422),
    **needs(Scope.CONSENTS_WRITE),
)
def put_consent(request, pk: int, purpose: Literal[*Purpose.values], consent: ConsentIn):
    """Sent again it adds nothing. 409 for a grant when the customer has withdrawn since."""
    customer = get_customer(request, pk)
    try:
        entry = tell_consent(
            customer,
            purpose,
            action=consent.state,
            method=consent.method,
            occurred_at=consent.occurred_at,
            origin=consent.origin,
        )
    except ConsentFromFuture:
        raise Problem(422, errors=[wrong("occurred_at", "This lies in the future.", "future")]) from None
    except WithdrawnSince:
        raise Problem(409, detail="The customer has withdrawn since.") from None
    return {
        "purpose": entry.purpose,
        "state": entry.action,
        "method": entry.method,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
    }
