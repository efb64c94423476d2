"""Step 3: what would become of the orders, and step 4: they are taken in."""

import codecs
from itertools import chain

from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.audit.services import audit
from backoffice.core.files.downloads import file_response
from backoffice.core.files.exports import CsvDialect
from backoffice.core.files.refused import TextBuffer
from backoffice.imports import runs
from backoffice.imports.pages.base import require_allowed
from backoffice.imports.pages.phases import CHECK
from orders.importing.at_once import refused_lines
from orders.importing.pages.base import may_import, pages
from orders.importing.walking import SHOWN


@require_safe
@may_import
def show(request, pk: int):
    """Figures of a checked import, the first orders that stay out or come in without a customer."""
    run = pages.run(request, pk)
    place = pages.place_of(run)
    if place != request.path:
        return redirect(place)
    context = {
        "run": run,
        "view": pages.view(request, run),
        "shown": SHOWN,
        "collects_customers": request.organisation.collects_customers,
    }
    return pages.render(request, "orders/importing/check.html", CHECK, context)


@require_POST
@may_import
def start(request, pk: int):
    """Take the checked orders in."""
    run = pages.seen_run(request, pk)
    require_allowed(run, "start")
    obstacle = pages.view(request, run).obstacle
    if obstacle:
        raise ValidationError(obstacle)
    runs.start_import(run, actor=request.user)
    return redirect(run.pages["run"])


@require_safe
@may_import
def refused(request, pk: int):
    """The lines of orders that stay out, with the reason, to be put right and imported again."""
    run = pages.run(request, pk)
    if not run.profile.get("headers"):
        raise ValidationError(_("The rows of this import are deleted: it can no longer be undone."))
    buffer = TextBuffer()
    parts = refused_lines(run, buffer, delimiter=CsvDialect.of(get_language()[:2]).delimiter)
    audit(action="orders.refused_downloaded", subject=run, actor=request.user, sha256=run.sha256)
    chunks = chain([codecs.BOM_UTF8], (buffer.take() for _part in parts))
    return file_response(chunks, _("refused-orders-%(number)s") % {"number": run.pk}, "csv")
