"""Bodies of one long list, `{"orders": [...]}`, of which no more than one item at a time becomes objects."""

import re
from collections.abc import Iterator

from pydantic import ValidationError

from backoffice.api.bodies import LONG_BYTES, MAX_BYTES, decoded, parse, parse_at, refused
from backoffice.api.fields import Body
from backoffice.api.problems import Problem, wrong_fields

_SPACE = r"[ \t\n\r]*"
_NEXT = re.compile(f"{_SPACE}([,\\]]){_SPACE}")
_TAIL = re.compile(f"{_SPACE}}}{_SPACE}\\Z")


def items_of(request, shape: type[Body], name: str) -> Iterator:
    """The values in the list `name`, the one member of a body of up to `LONG_BYTES`.

    All of it is read once before the first value comes, so that a body that is no JSON stops nothing half
    way. Raises Problem, also for what `shape` refuses of the body as a whole.
    """
    text = decoded(request, LONG_BYTES)
    starts = _starts(text, name)
    if starts is None or not 0 < len(starts) <= _most(shape, name):
        return iter(_items_of_odd(text, shape, name))
    return (parse_at(text, start)[0] for start in starts)


def _most(shape: type[Body], name: str) -> int:
    return shape.model_json_schema()["properties"][name]["maxItems"]


def _starts(text: str, name: str) -> list[int] | None:
    """Where each item begins; None when the body is of another form. Raises Problem for what is no JSON."""
    head = re.match(f'{_SPACE}{{{_SPACE}"{name}"{_SPACE}:{_SPACE}\\[{_SPACE}', text)
    if head is None:
        return None
    starts, place, is_end = [], head.end(), text[head.end() : head.end() + 1] == "]"
    place += is_end
    while not is_end:
        starts.append(place)
        _value, end = parse_at(text, place)
        after = _NEXT.match(text, end)
        if after is None:
            raise refused("After an item of the list comes a comma or its end.")
        place, is_end = after.end(), after[1] == "]"
    return starts if _TAIL.match(text, place) else None


def _items_of_odd(text: str, shape: type[Body], name: str) -> list:
    """Read at once what is no list of the right length: most of the time for the sake of what is wrong."""
    if len(text) > MAX_BYTES:
        raise refused(f'A body of this size is {{"{name}": […]}}, of as many items as may be.')
    try:
        return getattr(shape.model_validate(parse(text)), name)
    except ValidationError as error:
        raise Problem(422, errors=wrong_fields(error)) from None
