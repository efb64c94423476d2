"""What values of bodies may be, told the same way everywhere."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from backoffice.core.text.money import MAX_CENTS
from backoffice.core.text.text import clean, has_control_characters

_YEARS = range(1980, 9000)  # as files of orders are read


class Body(BaseModel):
    """What is sent; a name that it does not have is refused, or a slip of the pen would go unnoticed.

    No Schema of ninja: those look into each value for attributes, which takes longer than all the rest.
    """

    model_config = ConfigDict(extra="forbid")


def _cleaned(value: str) -> str:
    value = clean(value)
    if has_control_characters(value):
        raise PydanticCustomError("control_characters", "This text holds control characters.")
    return value


def _visible(value: str) -> str:
    if not value:
        raise PydanticCustomError("blank", "There is nothing to see in this text.")
    return value


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value.upper() else None
        if moment is None or moment.tzinfo is None or moment.year not in _YEARS:
            raise ValueError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        text = "This is no moment with an offset, for example 2026-11-21T18:30:00+01:00."
        raise PydanticCustomError("moment", text) from None


def text(length: int):
    """One line, cleaned as everywhere; may be empty."""
    return Annotated[str, StringConstraints(strict=True, max_length=length), AfterValidator(_cleaned)]


def required_text(length: int):
    """As `text`, with something to see in it."""
    return Annotated[text(length), Field(min_length=1), AfterValidator(_visible)]


Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
# in an address the plus of an offset means a space
MomentInAddress = Annotated[
    datetime,
    BeforeValidator(lambda value: _moment(value.replace(" ", "+"))),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Cents = Annotated[int, Field(strict=True, ge=0, le=MAX_CENTS)]
