"""What values of bodies may be, told the same way everywhere."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Header
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
_SAID_YEARS = "^(19[89][0-9]|[2-8][0-9]{3})-"
_DIGITS = 20
_SAID_TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff]*$"  # `has_control_characters`


class Body(BaseModel):
    """What is sent; a name that it does not have is refused, or a slip of the pen would go unnoticed.

    No Schema of ninja: those look into each value for attributes, which takes longer than all the rest.
    """

    model_config = ConfigDict(extra="forbid")


def _cleaned(value: str) -> str:
    if has_control_characters(value):
        raise PydanticCustomError("control_characters", "This text holds control characters.")
    return clean(value)


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


def _integral(value: object) -> object:
    """`1250.0` is a whole number of JSON, too."""
    if isinstance(value, Decimal) and value.adjusted() < _DIGITS and value == value.to_integral_value():
        return int(value)
    return value


def whole(lowest: int, highest: int, step: int | None = None):
    """A whole number; neither text nor truth is taken for one."""
    limits = Field(strict=True, ge=lowest, le=highest, multiple_of=step)
    return Annotated[int, limits, BeforeValidator(_integral)]


def text(length: int, *, shortest: int = 0):
    """One line, cleaned as everywhere; may be empty."""
    return Annotated[
        str,
        StringConstraints(strict=True, min_length=shortest, max_length=length),
        AfterValidator(_cleaned),
        Field(json_schema_extra={"pattern": _SAID_TEXT}),
    ]


def required_text(length: int):
    """As `text`, with something to see in it."""
    return Annotated[text(length, shortest=1), AfterValidator(_visible)]


_SAID_MOMENT = WithJsonSchema({"type": "string", "format": "date-time", "pattern": _SAID_YEARS})
Moment = Annotated[datetime, BeforeValidator(_moment), _SAID_MOMENT]
# in an address the plus of an offset means a space
MomentInAddress = Annotated[
    datetime,
    BeforeValidator(lambda value: _moment(value.replace(" ", "+"))),
    _SAID_MOMENT,
]
Cents = whole(0, MAX_CENTS)
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        description="A text of yours, kept for seven days: sent again, the first answer comes again",
        pattern="^[!-~]{0,80}$",
    ),
]
