"""Keyset paging: a page continues after a row, not after a number of rows.

An OFFSET reads all it skips; a row comparison on the sort's own index starts where it should.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import BooleanField, Expression, F, Func, Value

_LONGEST = 4_000  # of letters; the longest name in base64 is far from it
_YEARS = (2, 9998)  # at the ends of the calendar a time zone leads out of it


class InvalidCursor(ValueError):
    """The address names a place that no page of ours has given out."""


@dataclass(frozen=True)
class Cursor:
    """The last row seen: the value it is sorted by, its id, and how many rows lie before it."""

    value: object
    pk: int
    position: int = 0

    def encode(self) -> str:
        value = self.value.astimezone(UTC) if isinstance(self.value, datetime) else self.value
        value = value.isoformat() if isinstance(value, date) else value
        text = json.dumps([value, self.pk, self.position], separators=(",", ":"), ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, kind: type) -> "Cursor":
        """Read an address part back; `kind` is the type of the sort column. Raises InvalidCursor."""
        if len(text) > _LONGEST:
            raise InvalidCursor
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            value, pk, position = json.loads(raw)
            value = kind.fromisoformat(value) if issubclass(kind, date) else value
            str(value).encode()  # half a letter is none
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise InvalidCursor from error
        if not isinstance(value, kind) or type(pk) is not int or type(position) is not int:
            raise InvalidCursor
        if (kind is datetime and value.tzinfo is None) or not 0 <= pk < 2**63 or "\x00" in str(value):
            raise InvalidCursor
        if kind is int and abs(value) >= 2**63:
            raise InvalidCursor
        if issubclass(kind, date) and not _YEARS[0] <= value.year <= _YEARS[1]:
            raise InvalidCursor
        return cls(value, pk, position)


class _RowComparison(Func):
    """`(a, b) < (x, y)`: one range on a composite index, which `a < x OR a = x AND b < y` is not."""

    output_field = BooleanField()
    conditional = True
    arity = 4

    def __init__(self, *expressions, operator):
        super().__init__(*expressions)
        self.operator = operator

    def as_sql(self, compiler, connection, **extra):
        parts, params = [], []
        for expression in self.source_expressions:
            sql, expression_params = compiler.compile(expression)
            parts.append(sql)
            params.extend(expression_params)
        return f"({parts[0]}, {parts[1]}) {self.operator} ({parts[2]}, {parts[3]})", params


def beyond(queryset, column: str | Expression, pk_column: str, cursor: Cursor, *, descending: bool):
    """The rows that follow the cursor in the given direction; `column` is an ORM path or an expression."""
    is_path = isinstance(column, str)
    value = Value(cursor.value, output_field=_field_at(queryset.model, column)) if is_path else cursor.value
    return queryset.filter(
        _RowComparison(
            F(column) if is_path else column,
            F(pk_column),
            value if is_path else Value(value),
            Value(cursor.pk),
            operator="<" if descending else ">",
        )
    )


def _field_at(model, path: str):
    options = model._meta
    for part in path.split("__"):
        found = options.get_field(part)
        options = found.related_model._meta if found.is_relation else options
    # a generated field does not adapt the values it is compared with
    return found.output_field if found.generated else found
