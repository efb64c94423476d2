"""Asking the API of a vendor for what its message only points to, or for what was missed."""

from backoffice.core.outgoing import send_http
from backoffice.core.sealing import Unreadable
from orders.models import ConnectedSource
from orders.sources.applying import NotPossible
from orders.sources.formats import Part, UnreadablePayload, format_of
from orders.sources.formats.payload import read_json


def ask(source: ConnectedSource, path: str) -> Part:
    """What the vendor's API answers, a list under the name `items`.

    Raises NotPossible when there is no key, or it is refused; NotReached when nobody answers.
    """
    answer = send_http("GET", f"{_base(source)}{path}", headers=_headers(source))
    if answer.status in (401, 403):
        raise NotPossible("token_refused")
    if not answer.is_good:
        raise NotPossible("refused", status=answer.status)
    try:
        body = answer.body
        return read_json(b'{"items":' + body + b"}" if body.lstrip().startswith(b"[") else body)
    except UnreadablePayload:
        raise NotPossible("no_json") from None


def _base(source: ConnectedSource) -> str:
    base = source.api_url or format_of(source.kind).API_URL
    if not base:
        raise NotPossible("no_address")
    return base.rstrip("/")


def _headers(source: ConnectedSource) -> dict[str, str]:
    try:
        token = source.api_token
    except Unreadable:
        token = ""
    if not token:
        raise NotPossible("no_token")
    return {"Accept": "application/json", **format_of(source.kind).authorization(token)}
