"""JSON as this API takes it: nothing that two readers, or one of the databases, would take differently."""

import json
from decimal import Decimal

from ninja.parser import Parser

from backoffice.api.problems import Problem

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 16


class StrictParser(Parser):
    """Refuses what is not UTF-8, the numbers NaN and Infinity, a name twice in one object, text with NUL or
    half a pair of surrogates, and what is nested too deeply. Fractions are read as Decimal.
    """

    def parse_body(self, request):
        if request.content_type != "application/json":
            raise Problem(415)
        try:
            body = json.loads(
                request.body.decode(),
                parse_float=Decimal,
                parse_constant=_refuse_constant,
                object_pairs_hook=_once,
            )
            _check(body, MAX_DEPTH)
        except RecursionError:
            raise _refused("It is nested too deeply.") from None
        except UnicodeDecodeError:
            raise _refused("It is not UTF-8.") from None
        except ValueError as error:
            raise _refused(_sentence(error)) from None
        return body


class _Refused(ValueError):
    pass


def _refused(detail: str) -> Problem:
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
