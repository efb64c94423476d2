"""What went wrong, as problem details (RFC 9457) that a program can read: `code`, and the wrong fields."""

import json
from http import HTTPStatus

from django.http import Http404, HttpResponse
from ninja import Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field
from structlog.contextvars import get_contextvars

CONTENT_TYPE = "application/problem+json"
DOCS = "/api/v1/docs"

# code → what it means; the docs list them
CODES = {
    "bad_request": "The request could not be read.",
    "invalid_json": "The body is no JSON that this API takes: see Bodies.",
    "key_missing": "Send your key as “Authorization: Bearer …”.",
    "key_invalid": "There is no such key.",
    "key_ended": "The key is revoked, or has expired.",
    "scope_missing": "The key may not do this; an administrator can make one that may.",
    "not_found": "There is nothing here for this key.",
    "method_not_allowed": "This address takes other methods: see the header Allow.",
    "module_off": "The restaurant has switched its customer module off.",
    "source_off": "This key is switched off as a source: nothing was stored. Send it again later.",
    "conflict": "Something else is stored under the same identity.",
    "full": "No table that seats so many is free then.",
    "points_refused": "The points are not taken or given back; `detail` says why.",
    "length_required": "Send the length of the body (Content-Length), not chunks.",
    "too_large": "The body is too large.",
    "unsupported_media_type": "Send JSON (Content-Type: application/json).",
    "invalid": "Some values cannot be: `errors` names each.",
    "too_many_requests": "Too many requests: come back after Retry-After seconds.",
    "server_error": "Our fault; it is in our log under the request id.",
    "unavailable": "Busy or away: send it again after Retry-After seconds.",
    "storage_full": "The server has no room left.",
}
_CODE_OF_STATUS = {
    401: "key_invalid",
    403: "scope_missing",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    411: "length_required",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
    500: "server_error",
    503: "unavailable",
    507: "storage_full",
}


class WrongField(Schema):
    """One value that cannot be. `pointer` leads to it in the body, `parameter` names one of the address."""

    code: str
    detail: str
    pointer: str | None = Field(None, examples=["#/lines/0/quantity"])
    parameter: str | None = None


class ProblemOut(Schema):
    """Problem details (RFC 9457)."""

    type: str = Field(examples=[f"{DOCS}#invalid"])
    title: str
    status: int
    code: str = Field(examples=list(CODES))
    detail: str
    request_id: str
    errors: list[WrongField] = []


class Problem(Exception):
    """Ends a request with problem details. `more` are members of its own, `headers` go with the answer."""

    def __init__(self, status: int, code: str = "", *, detail="", errors=(), headers=None, **more):
        super().__init__(code)
        self.status, self.code = status, code or code_of(status)
        self.detail, self.errors = str(detail) or CODES[self.code], list(errors)
        self.headers, self.more = headers or {}, more


def wrong(pointer: str, detail: str, code: str = "invalid") -> dict:
    """One wrong value; `pointer` is written as `lines/0/quantity`."""
    return {"code": code, "detail": str(detail), "pointer": f"#/{pointer}"}


def responses(*statuses: int) -> dict[int, type[Schema]]:
    """Those that an endpoint declares beside its own, with those that each endpoint knows."""
    return dict.fromkeys((400, 401, 403, 429, *statuses), ProblemOut)


def code_of(status: int) -> str:
    return _CODE_OF_STATUS.get(status, "bad_request" if status < 500 else "server_error")


def body_of(problem: Problem) -> dict:
    body = {
        "type": f"{DOCS}#{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "request_id": get_contextvars().get("request_id", ""),
        **problem.more,
    }
    return body | ({"errors": problem.errors} if problem.errors else {})


def answer(problem: Problem) -> HttpResponse:
    text = json.dumps(body_of(problem), ensure_ascii=False)
    return HttpResponse(text, CONTENT_TYPE, problem.status, headers=problem.headers)


def problem_of(error: Exception) -> Problem:
    """The problem that an error of ninja, or a 404, comes to."""
    if isinstance(error, Problem):
        return error
    if isinstance(error.__cause__, Problem):  # ninja makes one of its own of what reading a body raises
        return error.__cause__
    if isinstance(error, AuthenticationError):
        return Problem(401, "key_missing", headers={"WWW-Authenticate": "Bearer"})
    if isinstance(error, ValidationError):
        return Problem(422, errors=[_wrong_field(one) for one in error.errors])
    if isinstance(error, Http404):
        return Problem(404, **getattr(error, "problem_members", {}))
    return Problem(error.status_code if isinstance(error, HttpError) else 400)


def wrong_fields(error, *, within: tuple = ()) -> list[dict]:
    """What pydantic says of a body, or of a part of one."""
    return [_wrong_field({**one, "loc": ("body", "", *within, *one["loc"])}) for one in error.errors()]


def _wrong_field(error: dict) -> dict:
    """`loc` is where ninja found it: body, query or path, for bodies the argument, then the field."""
    place, *path = error["loc"]
    said = {"code": error["type"], "detail": error["msg"].removeprefix("Value error, ")}
    if place != "body":
        return said | {"parameter": ".".join(map(str, path))}
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in path[1:]]
    return said | {"pointer": "#" + "".join(f"/{step}" for step in steps)}
