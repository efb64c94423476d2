"""What an import left behind, without ids, so that two organisations can be compared."""

from backoffice.audit.models import AuditEntry
from customers.figures.counters import stored_counters, stored_daily
from customers.models import ConsentEntry, Customer, CustomerTag, ImportEffect, ImportRow, ImportRun
from loyalty.models import PointsEntry

_OWN = {"id", "organisation_id", "location_id", "updated_at"}
_FIELDS = [item.attname for item in Customer._meta.concrete_fields if item.attname not in _OWN]
_STATS = ("receipts_count", "revenue_cents", "points", "earned_points")
_CONSENT = ("purpose", "channel", "action", "method", "origin", "wording", "wording_version", "occurred_at")
_EFFECT = ("line", "created", "changes", "tags", "consents", "withdrawals", "extras")
_ROW = ("line", "outcome", "fate", "cells", "faults", "hints", "other_line")


def state_of(organisation) -> dict[str, object]:
    """Customers, tags, consents, points, figures, runs with their effects and notes, and the log."""
    customers = Customer.objects.of(organisation).order_by("email_key", "phone", "sort_name")
    return {
        "guests": list(customers.values_list(*_FIELDS, *(f"stats__{name}" for name in _STATS))),
        "tags": sorted(
            CustomerTag.objects.filter(customer__organisation=organisation).values_list(
                "customer__email_key", "tag__name"
            )
        ),
        "consents": _consents(ConsentEntry.objects.filter(customer__organisation=organisation)),
        "points": _lines(PointsEntry.objects.filter(customer__organisation=organisation), ("kind", "points")),
        "counters": sorted(map(_without_ids, stored_counters(organisation).items())),
        "daily": sorted(map(_without_ids, stored_daily(organisation).items())),
        "runs": [
            (run.state, run.problem, run.checked, run.counts, run.job.counts, run.job.status)
            for run in ImportRun.objects.filter(organisation=organisation).order_by("pk")
        ],
        "effects": _lines(ImportEffect.objects.filter(run__organisation=organisation), _EFFECT),
        "rows": list(
            ImportRow.objects.filter(run__organisation=organisation).order_by("line").values_list(*_ROW)
        ),
        "log": sorted(AuditEntry.objects.filter(organisation=organisation).values_list("action", flat=True)),
    }


def _lines(rows, names) -> list[tuple]:
    """By customer and as they are; sorted as text, because JSON has no order."""
    return sorted(rows.values_list("customer__email_key", "customer__phone", *names), key=repr)


def _consents(entries) -> list[tuple]:
    """A withdrawal by an undo says when it ran and of which import; that is its own."""
    granted, withdrawn = entries.exclude(action="withdrawn"), entries.filter(action="withdrawn")
    return [*_lines(granted, _CONSENT), *_lines(withdrawn, ("purpose", "method"))]


def _without_ids(item) -> str:
    """Figures by location (an id) and others; organisations here have one location each."""
    (_location, *key), values = item
    return repr((key, values))
