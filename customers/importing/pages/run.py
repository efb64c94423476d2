"""Step 4: the checked rows are taken in; progress, result and the way back are those of every import."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from backoffice.imports import runs
from backoffice.imports.pages.base import require_allowed
from customers.importing.pages.base import may_import, pages
from customers.importing.pages.check_figures import CheckFigures


@require_POST
@may_import
def start(request, pk: int):
    """Take the checked rows in."""
    run = pages.seen_run(request, pk)
    require_allowed(run, "start")
    obstacle = CheckFigures(run).obstacle
    if obstacle:
        raise ValidationError(obstacle)
    pages.check_start(request, run)
    runs.start_import(run, actor=request.user)
    return redirect(run.pages["run"])
