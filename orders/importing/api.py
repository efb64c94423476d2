"""`/api/v1/orders/files`: files of tills that cannot do more than send a file, and what became of them."""

from datetime import datetime
from typing import Annotated

from django.core.exceptions import ValidationError
from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from backoffice.api.authentication import needs
from backoffice.api.problems import Problem, responses
from backoffice.api.scopes import Scope
from backoffice.core.text.text import clean, has_control_characters
from backoffice.imports import runs
from orders.arrivals import count_events, source_of_key
from orders.importing.runs import is_clear
from orders.importing.walking import OrderCounts
from orders.models import OrderImport

router = Router(tags=["Orders"])
_CHUNK_BYTES = 1024 * 1024
_FILE = {
    "required": True,
    "content": {
        "application/octet-stream": {"schema": {"title": "OrderFile", "type": "string", "format": "binary"}}
    },
}


class FileOut(Schema):
    """A file of orders and how far it is: `uploaded`, `checked`, `running`, `done`, `stopped`, `undone`."""

    id: int
    name: str
    state: str
    received_at: datetime
    waits_for_answers: bool = Field(
        description="Somebody has to say in the browser how its columns are meant"
    )
    problem: str = Field(description="Why it could not be read; else empty")
    recorded: int
    repeated: int
    voided: int
    refused: int


@router.post(
    "/files",
    url_name="order-files",
    operation_id="send_order_file",
    summary="Send a file of orders",
    response={202: FileOut} | responses(409, 413, 422),
    **needs(Scope.ORDERS_WRITE, requestBody=_FILE),
)
def send_file(
    request,
    name: Annotated[str, Query(max_length=200, description="Its name, which ends in .csv, .xlsx or .zip")],
):
    """CSV, XLSX or the legal export of a German till (DSFinV-K in a ZIP), as the body itself. It comes in
    within minutes like a file in the browser; orders that are known change nothing, so send it again when no
    answer came. Columns that are new have to be confirmed in the browser, once."""
    source = source_of_key(request.auth)
    if not source.is_on:
        raise Problem(409, "source_off")
    if has_control_characters(name) or not clean(name):
        raise Problem(422, errors=[{"code": "name", "detail": "Name the file.", "parameter": "name"}])
    try:
        runs.check_size(int(request.headers.get("Content-Length") or 0))
    except ValidationError as error:
        said = error.messages[0]
        if error.code == "limit":
            raise Problem(413, detail=said) from None
        raise Problem(422, errors=[{"code": error.code, "detail": said, "pointer": "#"}]) from None
    run = runs.begin(
        OrderImport,
        organisation=request.organisation,
        actor=None,
        name=clean(name),
        chunks=iter(lambda: request.read(_CHUNK_BYTES), b""),
        sent_by=source,
    )
    count_events(source, events=1)
    return Status(202, _shown(run))


@router.get(
    "/files/{int:pk}",
    url_name="order-file",
    operation_id="get_order_file",
    summary="Ask what became of a file",
    response={200: FileOut} | responses(404),
    **needs(Scope.ORDERS_WRITE),
)
def get_file(request, pk: int):
    """One that was sent with this key."""
    found = OrderImport.objects.filter(pk=pk, sent_by__api_key=request.auth).select_related("job")
    if (run := found.first()) is None:
        raise Http404
    return _shown(runs.settle(run))


def _shown(run: OrderImport) -> dict:
    counts = OrderCounts.from_json(run.counts or {})
    is_read = run.state == OrderImport.State.UPLOADED and bool(run.profile)
    return {
        "id": run.pk,
        "name": run.filename,
        "state": run.state,
        "received_at": run.created_at,
        "waits_for_answers": is_read and not is_clear(run),
        "problem": run.problem,
        "recorded": counts.recorded,
        "repeated": counts.repeated,
        "voided": counts.voided,
        "refused": counts.refused,
    }
