"""Health checks and the error pages."""

import sys

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backoffice.core.files.storage import StorageAway
from backoffice.core.full_disk import is_disk_full

logger = structlog.get_logger(__name__)
RETRY_AFTER_SECONDS = "5"
ROOM_AFTER_SECONDS = "300"  # somebody has to make room: shops and tills that send come back then


@login_not_required
@require_safe
@never_cache
def healthz(request):
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def show_toasts(request):
    """What happened and no page has said yet, for a page that stays: a download answers none."""
    return render(request, "components/toast_items.html")


@login_not_required
@require_safe
@never_cache
def readyz(request):
    """Database and migrations can be used, and what READINESS_CHECKS names of upper apps: the task queue,
    a worker. 503 names what is missing. READINESS_NOTES are answered as well, and turn nobody away.
    """
    checks = {"database": _has_database, "migrations": _is_migrated}
    checks |= {name: import_string(path) for name, path in settings.READINESS_CHECKS.items()}
    answers = {name: _passes(check) for name, check in checks.items()}
    ready = all(answers.values())
    notes = {name: _passes(import_string(path)) for name, path in settings.READINESS_NOTES.items()}
    words = "unavailable" if not ready else "ok" if all(notes.values()) else "degraded"
    body = {"status": words, **answers, **notes}
    return JsonResponse(body, status=200 if ready else 503)


def _passes(check) -> bool:
    try:
        return check()
    except DatabaseError:
        return False


def _has_database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def answer_to_fault(error: BaseException | None) -> HttpResponse | None:
    """Say that the disk is full, or database or store of files busy or away, and when to come back; None
    for all others."""
    if is_disk_full(error):
        logger.error("disk_full", exc_info=error)
        page = render_to_string("507.html")
        return HttpResponse(page, status=507, headers={"Retry-After": ROOM_AFTER_SECONDS})
    if isinstance(error, (OperationalError, InterfaceError, StorageAway)):
        is_of_files = isinstance(error, StorageAway)
        logger.error("storage_unavailable" if is_of_files else "database_unavailable", exc_info=error)
        page = render_to_string("503.html", {"is_of_files": is_of_files})
        return HttpResponse(page, status=503, headers={"Retry-After": RETRY_AFTER_SECONDS})
    return None


def bad_request(request, exception):
    return HttpResponse(render_to_string("400.html"), status=400)


def server_error(request):
    """Answer an unexpected exception; a full disk or a database that is away says so, whoever met it."""
    error = sys.exc_info()[1]
    if answer := answer_to_fault(error):
        return answer
    route = getattr(request.resolver_match, "route", "")  # a path could hold a token
    logger.error("server_error", exc_info=error, route=route)
    return HttpResponse(render_to_string("500.html"), status=500)
