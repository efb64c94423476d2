"""`/api/v1/reservations`: what a website or a portal books."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from backoffice.api.authentication import needs
from backoffice.api.fields import Body, IdempotencyKey, Moment, required_text, text, whole
from backoffice.api.idempotency import once, require_identity
from backoffice.api.locations import KeyLocations
from backoffice.api.problems import Problem, responses, wrong
from backoffice.api.scopes import Scope
from backoffice.core.text.formats import formats_for
from backoffice.core.text.phones import normalise_phone
from backoffice.core.text.text import fold_case
from customers.choices import Source
from orders.choices import ReservationState
from orders.models import DiningTable, Reservation
from orders.models.reservation import SLOT_MINUTES
from orders.reservations.arriving import Full, ReservationConflict, find_arrived, take_reservation
from orders.reservations.booking import NoSuchTable, Origin, TableTaken, Wish
from orders.reservations.conflicts import closure_at
from orders.reservations.words import why_closed

_AHEAD = timedelta(days=2 * 366)  # as far as people book on the page
_SourceCode = Literal[*Source.values]

router = Router(tags=["Reservations"])


class ReservationIn(Body):
    """A party that wants to come. Phone or e-mail finds the customer or makes a new one, while the module
    is on."""

    starts_at: Moment = Field(description="On a quarter of an hour, while the location is open")
    party_size: whole(1, 500)
    name: required_text(160)
    phone: text(120) = Field("", description="In any spelling; without a country code it is the location's")
    email: text(254) = ""
    note: text(500) = ""
    minutes: whole(SLOT_MINUTES, 720, SLOT_MINUTES) = 120
    location: text(80) = Field("", description="By name; needed where the key has none and there are several")
    table: text(40) = Field("", description="By name; without it, the smallest free one that seats them")
    area: text(40) = Field("", description="A wish, where no table is chosen")
    state: Literal["confirmed", "requested"] = ReservationState.CONFIRMED.value
    source: _SourceCode = Source.API.value
    external_id: text(80) = Field("", description="Your own number: sent again, it is the same reservation")


class ReservationReceipt(Schema):
    """That a table is booked; the same whenever it is sent again."""

    id: int
    source: _SourceCode
    external_id: str
    location: str
    starts_at: datetime
    party_size: int
    minutes: int
    recorded_at: datetime


@router.post(
    "",
    url_name="reservations",
    operation_id="add_reservation",
    summary="Book a table",
    response={201: ReservationReceipt, 200: ReservationReceipt} | responses(409, 413, 415, 422),
    **needs(Scope.RESERVATIONS_WRITE),
)
def add_reservation(
    request,
    reservation: ReservationIn,
    idempotency_key: IdempotencyKey = "",
):
    """201 when it is booked now, 200 when it was before. 409 `full` when no table is free, `conflict` when
    its number stands for another reservation. It needs `external_id` or an Idempotency-Key."""
    require_identity(request, reservation.external_id)
    created = []
    answer, is_new = once(request, lambda: _take(request, reservation, created))
    return Status(201 if is_new and created else 200, answer)


def _take(request, sent: ReservationIn, created: list) -> dict:
    location = KeyLocations(request).named(sent.location)
    wish = _wish(sent, location)
    said = hashlib.sha256(f"{location.pk} {sent.model_dump_json()}".encode()).hexdigest()
    origin = Origin(sent.source, sent.external_id, said)
    try:
        arrived = find_arrived(request.organisation, origin)
        if arrived is None:
            _check_moment(wish, location)
            arrived = take_reservation(
                organisation=request.organisation, location=location, wish=wish, origin=origin
            )
    except (Full, TableTaken):
        raise Problem(409, "full") from None
    except ReservationConflict:
        raise Problem(409, detail="Another reservation came under this source and number.") from None
    except NoSuchTable:
        raise _wrong("table", "This table stands in another location.") from None
    created += [arrived] * arrived.created
    return _receipt(arrived.reservation, wish, location)


def _wish(sent: ReservationIn, location) -> Wish:
    """Raises Problem for what no reservation can be."""
    moment = sent.starts_at
    if moment.minute % SLOT_MINUTES or moment.second or moment.microsecond:
        raise _wrong("starts_at", "Times are quarters of an hour.")
    return Wish(
        starts_at=moment,
        party=sent.party_size,
        phone=_phone(sent, location.country),
        email=_email(sent),
        table_id=_table(sent, location),
        **sent.model_dump(include={"minutes", "name", "note", "area", "state"}),
    )


def _check_moment(wish: Wish, location) -> None:
    """Only of a new one: a retry gets its first answer, however late."""
    now = timezone.now()
    if not now < wish.starts_at < now + _AHEAD:
        raise _wrong("starts_at", "This lies in the past, or more than two years ahead.")
    if closure := closure_at(location, wish.starts_at):
        reason = why_closed(closure, formats_for(location.organisation))
        raise _wrong("starts_at", reason, "closed")


def _phone(sent: ReservationIn, country: str) -> str:
    try:
        return normalise_phone(sent.phone, country) if sent.phone else ""
    except ValidationError as error:
        raise _wrong("phone", error.messages[0], "phone") from None


def _email(sent: ReservationIn) -> str:
    try:
        if sent.email:
            validate_email(sent.email)
    except ValidationError as error:
        raise _wrong("email", error.messages[0], "email") from None
    return sent.email


def _table(sent: ReservationIn, location) -> int | None:
    if not sent.table:
        return None
    for table in DiningTable.objects.filter(location=location, is_active=True):
        if fold_case(table.name) == fold_case(sent.table):
            return table.pk
    raise _wrong("table", "There is no such table in use.")


def _wrong(name: str, reason: str, code: str = "invalid") -> Problem:
    return Problem(422, errors=[wrong(name, reason, code)])


def _receipt(stored: Reservation, wish: Wish, location) -> dict:
    """As it was wished, whatever became of it since; nothing personal, moments as text."""
    return {
        "id": stored.pk,
        "source": stored.source,
        "external_id": stored.external_id,
        "location": location.name,
        "starts_at": wish.starts_at.astimezone(UTC).isoformat(),
        "party_size": wish.party,
        "minutes": wish.minutes,
        "recorded_at": stored.created_at.astimezone(UTC).isoformat(),
    }
