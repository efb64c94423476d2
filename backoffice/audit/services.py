from collections.abc import Iterable

from django.db import models
from django.utils import timezone
from structlog.contextvars import get_contextvars

from backoffice.audit.models import AuditEntry


def audit(*, action: str, subject: models.Model, organisation=None, actor=None, **details) -> AuditEntry:
    """Add one line to the activity log; the last line of every service that changes something.

    `action` is a code such as `customer.deactivated`. `organisation` defaults to the subject's.
    `details` are JSON values that hold no personal data: codes, field names, numbers.
    Without `actor` the system did it. The request id is that of the running request, if any.
    """
    return AuditEntry.objects.create(
        organisation=organisation or subject.organisation,
        actor=actor,
        action=action,
        subject_type=subject._meta.model_name,
        subject_id=subject.pk,
        details=details,
        request_id=get_contextvars().get("request_id", ""),
        occurred_at=timezone.now(),
    )


def audit_many(
    *, action: str, subject_type: str, subject_ids: Iterable[int], organisation, actor=None, **details
) -> None:
    """As `audit`, a line for each of many objects of one kind."""
    now, request_id = timezone.now(), get_contextvars().get("request_id", "")
    AuditEntry.objects.bulk_create(
        (
            AuditEntry(
                organisation=organisation,
                actor=actor,
                action=action,
                subject_type=subject_type,
                subject_id=pk,
                details=details,
                request_id=request_id,
                occurred_at=now,
            )
            for pk in subject_ids
        ),
        batch_size=500,
    )
