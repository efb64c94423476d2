"""Handlers for tests: they write numbered rows by chunks, and misbehave on request."""

import re
import time

from django.db import IntegrityError, OperationalError, transaction

from backoffice.audit.models import AuditEntry
from backoffice.jobs.services import JobFailed

CHUNK = 10


def written(organisation) -> list[int]:
    """The numbers that are stored, in ascending order; twice if they were written twice."""
    rows = AuditEntry.objects.filter(organisation=organisation, action="toy.row")
    return sorted(rows.values_list("subject_id", flat=True))


def write_rows(running) -> None:
    """Write the rows 0 … `rows` - 1; `pause` seconds of work in the middle of each chunk."""
    job = running.job
    rows, pause = job.params["rows"], job.params.get("pause", 0)
    for start in range(job.cursor or 0, rows, CHUNK):
        end = min(start + CHUNK, rows)
        with transaction.atomic():
            write_chunk(job, start, (start + end) // 2)
            time.sleep(pause)
            write_chunk(job, (start + end) // 2, end)
            running.advance(done=end, total=rows, cursor=end, counts={"new": end})
        running.give_way()


def write_chunk(job, start: int, end: int) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(
            organisation=job.organisation,
            action="toy.row",
            subject_type="toy",
            subject_id=number,
            occurred_at=job.created_at,
        )
        for number in range(start, end)
    )


def misbehave(running) -> None:
    """Raise what `params["how"]` names, after one finished chunk and in the middle of the next."""
    with transaction.atomic():
        write_chunk(running.job, 0, 5)
        running.advance(done=5, cursor=5)
    with transaction.atomic():
        write_chunk(running.job, 5, 10)
        raise {
            "sentence": JobFailed("The file is empty."),
            "surprise": ValueError("canary-7731@example.org"),
            "constraint": IntegrityError("unique"),
            "database": OperationalError("away"),
        }[running.job.params["how"]]


def do_nothing(running) -> None:
    """End at once."""


def hold_the_interpreter(running) -> None:
    """A pattern that tries for years and lets no other thread of the process work meanwhile."""
    re.match(r"(a+)+$", "a" * 60 + "b")
