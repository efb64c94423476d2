"""Reading what a vendor sent: every value by name, with the place where it is not what was documented."""

import json
import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from zoneinfo import ZoneInfo

from backoffice.core.text.text import clean

_DEEPEST = 32
# control characters, and halves of pairs that stand alone: JSON can say them, no database takes them
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u2028\u2029]")


class UnreadablePayload(Exception):
    """It is not what its vendor documents; `place` says where, as `line_items/0/quantity`."""

    def __init__(self, place: str):
        super().__init__(place)
        self.place = place


def read_json(body: bytes) -> "Part":
    """The object in a body. Fractions are Decimal. Raises UnreadablePayload."""
    try:
        value = json.loads(body, parse_float=Decimal, parse_constant=_refuse)
        _check_depth(value, _DEEPEST)
    except (ValueError, RecursionError):
        raise UnreadablePayload("") from None
    return Part(value)


def _refuse(constant: str):
    raise ValueError(constant)


def _check_depth(value, left: int) -> None:
    if not left:
        raise ValueError("too deep")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        _check_depth(one, left - 1)


def _plain(value) -> str:
    return clean(_UNSTORABLE.sub(" ", str(value)))


class Part:
    """One object of a payload. What is null or missing reads as empty; another type raises
    UnreadablePayload.
    """

    def __init__(self, value, place: str = ""):
        if not isinstance(value, dict):
            raise UnreadablePayload(place)
        self._values, self._place = value, place

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) is not None

    def __bool__(self) -> bool:
        return bool(self._values)

    def as_json(self) -> bytes:
        """As it could have come; fractions as text, which reads the same."""
        return json.dumps(self._values, ensure_ascii=False, default=str).encode()

    def place(self, name: str) -> str:
        return f"{self._place}/{name}".lstrip("/")

    def refuse(self, name: str) -> UnreadablePayload:
        return UnreadablePayload(self.place(name))

    def part(self, name: str) -> "Part":
        value = self._values.get(name)
        return Part({} if value is None or value == [] else value, self.place(name))  # PHP says {} as []

    def parts(self, name: str) -> list["Part"]:
        values = self._values.get(name)
        if values is None:
            return []
        if not isinstance(values, list):
            raise self.refuse(name)
        return [Part(one, f"{self.place(name)}/{position}") for position, one in enumerate(values)]

    def text(self, name: str) -> str:
        """Without what nobody can type; numbers as they are written."""
        value = self._values.get(name)
        if value is None or value is False:
            return ""
        if isinstance(value, dict | list):
            raise self.refuse(name)
        return _plain(value)

    def names(self, name: str) -> list[str]:
        """A list of plain values."""
        values = self._values.get(name) or []
        if not isinstance(values, list) or any(isinstance(one, dict | list) for one in values):
            raise self.refuse(name)
        return [_plain(one) for one in values if one is not None]

    def needed(self, name: str) -> str:
        if text := self.text(name):
            return text
        raise self.refuse(name)

    def flag(self, name: str) -> bool:
        return self._values.get(name) in (True, 1, "1", "true")

    def whole(self, name: str) -> int | None:
        value = self.number(name)
        if value is not None and value != value.to_integral_value():
            raise self.refuse(name)
        return None if value is None else int(value)

    def number(self, name: str) -> Decimal | None:
        text = self.text(name)
        if not text:
            return None
        try:
            value = Decimal(text)
        except DecimalException:
            raise self.refuse(name) from None
        if not value.is_finite() or abs(value) > 10**12:
            raise self.refuse(name)
        return value

    def cents(self, name: str, decimals: int) -> int:
        """An amount written in units, `12.50`, as cents; 0 when there is none."""
        value = self.number(name) or Decimal(0)
        return int(value.scaleb(decimals).to_integral_value(rounding=ROUND_HALF_UP))

    def moment(self, name: str, zone: ZoneInfo | None = None) -> datetime | None:
        """ISO 8601; `zone` is that of moments which name none, UTC otherwise."""
        text = self.text(name)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise self.refuse(name) from None
        return moment if moment.tzinfo else moment.replace(tzinfo=zone or UTC)

    def needed_moment(self, name: str, zone: ZoneInfo | None = None) -> datetime:
        if moment := self.moment(name, zone):
            return moment
        raise self.refuse(name)
