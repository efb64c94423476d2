"""The log of files that left the house or came in, for whoever answers for them (PRODUCT I9)."""

from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import QueryDict
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from backoffice.audit.models import ExportRun
from backoffice.core.pages.addresses import whole_number
from backoffice.core.pages.paging import Cursor, InvalidCursor, beyond

PER_PAGE = 50


@require_safe
@permission_required("audit.view_exportrun", raise_exception=True)
def export_list(request):
    """Newest first, a page at a time; `after` is the line behind which the page begins, `kind` and
    `actor` narrow it.
    """
    runs = ExportRun.objects.filter(organisation=request.organisation).select_related("actor")
    kind, actor = request.GET.get("kind", ""), whole_number(request.GET.get("actor"), 0)
    after = _cursor(request.GET.get("after", ""))
    if kind in ExportRun.Kind.values:
        runs = runs.filter(kind=kind)
    if actor:
        runs = runs.filter(actor_id=actor)
    if after:
        runs = beyond(runs, "started_at", "pk", after, descending=True)
    found = list(runs.order_by("-started_at", "-pk")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    is_last = len(found) <= PER_PAGE
    context = {
        "rows": list(zip(shown, _conditions(shown, request.organisation), strict=True)),
        "older": "" if is_last else Cursor(shown[-1].started_at, shown[-1].pk).encode(),
        "is_first": not after,
        "kinds": ExportRun.Kind.choices,
        "kind": kind,
        "narrowed": urlencode({name: value for name, value in (("kind", kind), ("actor", actor)) if value}),
    }
    return render(request, "audit/exports.html", context)


def _cursor(text: str) -> Cursor | None:
    try:
        return Cursor.decode(text, datetime) if text else None
    except InvalidCursor:
        return None


def _conditions(runs: list[ExportRun], organisation) -> list[list[tuple[str, str]]]:
    """What each file was narrowed to as (label, value): in the words of the app whose list it is, else as
    the address says it."""
    words: dict[tuple[str, str], list] = {}
    for kind, path in settings.EXPORT_FILTER_WORDS.items():
        queries = list({run.query for run in runs if run.kind == kind and run.query})
        if queries:
            said = import_string(path)([QueryDict(query) for query in queries], organisation)
            words |= {(kind, query): each for query, each in zip(queries, said, strict=True)}
    return [words.get((run.kind, run.query)) or parse_qsl(run.query) for run in runs]
