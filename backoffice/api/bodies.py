"""JSON as this API takes it: nothing that two readers, or one of the databases, would take differently."""

import json
from collections.abc import Callable
from decimal import Decimal

from ninja.parser import Parser

from backoffice.api.problems import Problem

MAX_BYTES = 2 * 1024 * 1024
LONG_BYTES = 32 * 1024 * 1024  # of a list that is read item by item; deploy/nginx.conf says the same
MAX_DEPTH = 16
_USUAL = 16 * 1024  # most items of a long list are shorter


class StrictParser(Parser):
    """Refuses what is not UTF-8, the numbers NaN and Infinity, a name twice in one object, text with NUL or
    half a pair of surrogates, and what is nested too deeply. Fractions are read as Decimal.
    """

    def parse_body(self, request):
        return parse(decoded(request, MAX_BYTES))


def decoded(request, most: int) -> str:
    """The text of a body. Raises Problem."""
    if request.content_type != "application/json":
        raise Problem(415)
    raw = request.body if most <= MAX_BYTES else request.read(most + 1)  # `body` takes no more than a form
    if len(raw) > most:
        raise Problem(413)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise refused("It is not UTF-8.") from None


def parse(text: str):
    """The value that a text of JSON stands for. Raises Problem."""
    return _strictly(lambda: (_DECODER.decode(text), 0))[0]


def parse_at(text: str, start: int) -> tuple[object, int]:
    """The value that begins at a place of a longer text, of at most `MAX_BYTES` characters, and where it
    ends. Raises Problem."""
    return _strictly(lambda: _value_at(text, start))


def _value_at(text: str, start: int) -> tuple[object, int]:
    for most in (_USUAL, MAX_BYTES):
        piece = text[start : start + most]
        try:
            value, length = _DECODER.raw_decode(piece)
        except json.JSONDecodeError as error:
            if start + most < len(text) and _is_at_end(error, piece):
                continue
            raise json.JSONDecodeError(error.msg, text, start + error.pos) from None
        return value, start + length
    raise _Refused("One item of the list is too large.")


def _is_at_end(error: json.JSONDecodeError, piece: str) -> bool:
    """Whether the text went wrong where the piece was cut."""
    return error.msg.startswith("Unterminated") or error.pos > len(piece) - len("false\\uD83D\\u")


def _strictly(read: Callable[[], tuple[object, int]]) -> tuple[object, int]:
    try:
        value, end = read()
        _check(value, MAX_DEPTH)
    except RecursionError:
        raise refused("It is nested too deeply.") from None
    except ValueError as error:
        raise refused(_sentence(error)) from None
    return value, end


class _Refused(ValueError):
    pass


def refused(detail: str) -> Problem:
    return Problem(400, "invalid_json", detail=detail)


def _sentence(error: ValueError) -> str:
    """Ours, or where JSON ends to be JSON; never a piece of the body."""
    if isinstance(error, _Refused):
        return str(error)
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}."
    return "A number in it is too long."


def _refuse_constant(_text: str):
    raise _Refused("NaN and Infinity are no numbers of JSON.")


def _once(pairs: list[tuple]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Refused("A name stands twice in one object.")
    return found


def _check(value, depth: int) -> None:
    if isinstance(value, str):
        if "\x00" in value or not _is_whole(value):
            raise _Refused("A text holds NUL or half a character.")
        return
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        if not depth:
            raise _Refused("It is nested too deeply.")
        for one in value:
            _check(one, depth - 1)


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_once)
