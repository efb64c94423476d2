"""The log of files that left the house, for whoever answers for them (PRODUCT I9)."""

from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backoffice.audit.models import ExportRun
from backoffice.core.pages.addresses import whole_number

PER_PAGE = 50
_PLACE = ("after", "before", "page", "size", "sort")  # where in the list somebody was, and its order


@require_safe
@permission_required("audit.view_exportrun", raise_exception=True)
def export_list(request):
    """Newest first, a page at a time; `after` is the id behind which the page begins, `kind` and
    `actor` narrow it. Two queries.
    """
    runs = ExportRun.objects.filter(organisation=request.organisation).select_related("actor").order_by("-pk")
    kind, actor = request.GET.get("kind", ""), whole_number(request.GET.get("actor"), 0)
    after = whole_number(request.GET.get("after"), 0)
    if kind in ExportRun.Kind.values:
        runs = runs.filter(kind=kind)
    if actor:
        runs = runs.filter(actor_id=actor)
    found = list((runs.filter(pk__lt=after) if after else runs)[: PER_PAGE + 1])
    context = {
        "rows": [(run, _conditions(run.query)) for run in found[:PER_PAGE]],
        "older": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else 0,
        "is_first": not after,
        "kinds": ExportRun.Kind.choices,
        "kind": kind,
        "narrowed": urlencode({name: value for name, value in (("kind", kind), ("actor", actor)) if value}),
    }
    return render(request, "audit/exports.html", context)


def _conditions(query: str) -> list[tuple[str, str]]:
    """What an address narrowed the list to, as (parameter, value)."""
    return [(name, value) for name, value in parse_qsl(query) if name not in _PLACE]
