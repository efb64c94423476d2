"""`/api/v1/customers`: found by phone or e-mail, read page by page, added."""

from datetime import datetime
from typing import Annotated, Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from ninja import Query, Router, Schema, Status
from pydantic import Field

from backoffice.api.authentication import needs
from backoffice.api.fields import Body, IdempotencyKey, MomentInAddress, text
from backoffice.api.idempotency import once
from backoffice.api.locations import KeyLocations
from backoffice.api.problems import Problem, responses, wrong
from backoffice.api.scopes import Scope
from backoffice.core.pages.paging import Cursor, InvalidCursor, beyond
from backoffice.core.text.phones import normalise_phone
from backoffice.core.text.text import has_control_characters
from backoffice.staff.models import Language
from customers import access
from customers.choices import Source
from customers.models import Customer
from customers.records.registering import DuplicateCustomer, find_duplicates, register_customer
from customers.records.told import customer_shown

MAX_PAGE = 200

router = Router(tags=["Customers"])


class ConsentsOut(Schema):
    """Whether each is granted now."""

    marketing_communications: bool
    system_notifications: bool
    contact_permission: bool


class CustomerOut(Schema):
    """A customer. Phones are E.164; an empty text is not known."""

    id: int
    first_name: str
    last_name: str
    email: str
    phone: str
    phone2: str
    company: str
    language: str
    country: str
    postcode: str
    city: str
    address1: str
    address2: str
    tags: list[str]
    source: str
    status: Literal["active", "inactive"]
    joined_at: datetime
    updated_at: datetime
    consents: ConsentsOut


class CustomerPage(Schema):
    """`next` is the address of the page that follows, null on the last one."""

    customers: list[CustomerOut]
    next: str | None


class CustomerIn(Body):
    """Needs a name, and a phone or an e-mail. Consents are told apart: none is granted here."""

    first_name: text(80) = ""
    last_name: text(80) = ""
    phone: text(120) = Field("", description="In any spelling; without a country code the location's")
    email: text(254) = ""
    company: text(120) = ""
    language: Literal["", *Language.values] = ""
    location: text(80) = Field("", description="By name; without it the key's, else the first one")


class NewCustomer(Schema):
    """That a customer is stored; the same whenever it is sent again with its Idempotency-Key."""

    id: int


@router.get(
    "",
    url_name="customers",
    operation_id="find_customers",
    summary="Find customers, or read all of them",
    response={200: CustomerPage} | responses(422),
    **needs(Scope.CUSTOMERS_READ),
)
def find_customers(
    request,
    phone: Annotated[str, Query(max_length=120, description="In any spelling; all numbers count")] = "",
    email: Annotated[str, Query(max_length=254)] = "",
    updated_since: Annotated[
        MomentInAddress | None, Query(description="Only who was added or changed then or later")
    ] = None,
    after: Annotated[str, Query(description="As `next` says it")] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
):
    """Oldest first. With phone and e-mail: who has one of them. With `updated_since` what changed first comes
    first; to keep a copy, begin the next time five minutes before the newest `updated_at` that you have: a
    change is seen when it is finished, not when it began. A key of one location reads the customers of all.
    """
    sort = "updated_at" if updated_since else "joined_at"
    customers = Customer.objects.of(request.organisation)
    if phone or email:
        number = _phone(phone, request.organisation.country, _parameter("phone"))
        address = "" if has_control_characters(email) else email
        found = find_duplicates(request.organisation, phones=[number], email=address)
        customers = customers.filter(pk__in=found)
    if updated_since:
        customers = customers.filter(updated_at__gte=updated_since)
    if after:
        customers = beyond(customers, sort, "pk", _cursor(after), descending=False)
    rows = list(customers.order_by(sort, "pk")[: limit + 1])
    shown, is_last = rows[:limit], len(rows) <= limit
    return {
        "customers": map(customer_shown, shown),
        "next": None if is_last else _next(request, shown[-1], sort),
    }


@router.post(
    "",
    url_name="customers",
    operation_id="add_customer",
    summary="Add a customer",
    response={201: NewCustomer, 200: NewCustomer} | responses(409, 413, 415, 422),
    **needs(Scope.CUSTOMERS_WRITE),
)
def add_customer(
    request,
    customer: CustomerIn,
    idempotency_key: IdempotencyKey = "",
):
    """409 with `customer_id` when phone or e-mail belongs to somebody already."""
    if not request.organisation.collects_customers:
        raise Problem(409, "module_off")
    answer, is_new = once(request, lambda: _add(request, customer))
    return Status(201 if is_new else 200, answer)


@router.get(
    "/{int:pk}",
    url_name="customer",
    operation_id="get_customer",
    summary="Read one customer",
    response={200: CustomerOut} | responses(404),
    **needs(Scope.CUSTOMERS_READ),
)
def get_customer(request, pk: int):
    return customer_shown(access.get_customer(request, pk))


def _add(request, sent: CustomerIn) -> dict:
    location = KeyLocations(request).named(sent.location, first=True)
    phone = _phone(sent.phone, location.country, {"pointer": "#/phone"})
    _check(sent, phone)
    known = find_duplicates(request.organisation, phones=[phone], email=sent.email)
    for existing in known.values():
        if not all(point.is_shared for point in existing.met):
            raise _known(existing.pk)
    fields = sent.model_dump(include={"first_name", "last_name", "email", "company", "language"})
    try:
        customer = register_customer(
            organisation=request.organisation,
            location=location,
            fields=fields | {"phone": phone},
            source=Source.API,
            actor=None,
        )
    except DuplicateCustomer as duplicate:
        raise _known(duplicate.existing.pk) from None
    return {"id": customer.pk}


def _check(sent: CustomerIn, phone: str) -> None:
    if not (sent.first_name or sent.last_name):
        raise Problem(422, errors=[wrong("last_name", "A customer has a name, first or last.", "missing")])
    if not (phone or sent.email):
        raise Problem(422, errors=[wrong("phone", "A customer has a phone or an e-mail.", "missing")])
    try:
        if sent.email:
            validate_email(sent.email)
    except ValidationError as error:
        raise Problem(422, errors=[wrong("email", error.messages[0], "email")]) from None


def _known(pk: int) -> Problem:
    return Problem(409, detail="Phone or e-mail belongs to a customer already.", customer_id=pk)


def _phone(typed: str, country: str, place: dict) -> str:
    try:
        return normalise_phone(typed, country) if typed else ""
    except ValidationError as error:
        said = {"code": error.code, "detail": error.messages[0], **place}
        raise Problem(422, errors=[said]) from None


def _parameter(name: str) -> dict:
    return {"parameter": name}


def _cursor(after: str) -> Cursor:
    try:
        return Cursor.decode(after, datetime)
    except InvalidCursor:
        said = {"code": "cursor", "detail": "This is no place that `next` has named.", **_parameter("after")}
        raise Problem(422, errors=[said]) from None


def _next(request, last: Customer, sort: str) -> str:
    query = request.GET.copy()
    query["after"] = Cursor(getattr(last, sort), last.pk).encode()
    return f"{request.path}?{query.urlencode()}"
