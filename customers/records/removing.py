"""Customers who go without a trace: only those an undone import had brought and nobody has touched since."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from backoffice.audit.models import AuditEntry
from backoffice.outbox.choices import Topic
from backoffice.outbox.telling import tell
from customers.choices import ConsentMethod
from customers.extensions import customer_extensions
from customers.figures import FigureChanges
from customers.models import (
    ConsentEntry,
    ContactPoint,
    Customer,
    CustomerMerge,
    CustomerStats,
    CustomerTag,
    DuplicateCandidate,
    DuplicateKey,
    ImportEffect,
    ImportRun,
)


@transaction.atomic
def remove_untouched(
    organisation, customers: list[Customer], *, since: datetime, run: ImportRun | None = None
) -> set[int]:
    """Delete those locked customers (`to_remove`) whom nobody has touched since their import began, with all
    that hangs on them, ledgers included; returns their ids. The caller logs it.

    `run` is the import of customers that brought them, if one did.
    """
    touched = _touched(organisation, [customer.pk for customer in customers], since, run)
    going = [customer for customer in customers if customer.pk not in touched]
    ids = [customer.pk for customer in going]
    if not ids:
        return set()
    changes = FigureChanges(organisation)
    stats = CustomerStats.objects.in_bulk(ids)
    for customer in going:
        changes.customer_state(customer, stats[customer.pk], -1)
        changes.customer_joined(customer, -1)
    for extension in customer_extensions():
        extension.forget_customers(organisation, ids)
    # past the ledgers' refusal to be deleted: here the customer was never theirs to begin with
    for model in (ConsentEntry, ContactPoint, CustomerTag, DuplicateKey, ImportEffect, CustomerStats):
        rows = model.objects.filter(customer_id__in=ids)
        rows._raw_delete(rows.db)
    rows = DuplicateCandidate.objects.filter(Q(one__in=ids) | Q(other__in=ids))
    rows._raw_delete(rows.db)
    rows = Customer.objects.filter(pk__in=ids)
    rows._raw_delete(rows.db)
    changes.write()
    tell(organisation, Topic.CUSTOMER_UPDATED, ids)  # as gone
    return set(ids)


def _touched(organisation, ids: list[int], since: datetime, run: ImportRun | None) -> set[int]:
    touched = set()
    for extension in customer_extensions():
        touched |= extension.busy_customers(organisation, ids)
    entries = AuditEntry.objects.filter(
        organisation=organisation,
        subject_type=Customer._meta.model_name,
        subject_id__in=ids,
        occurred_at__gte=since,
    )
    touched |= set(entries.values_list("subject_id", flat=True))
    others = ImportEffect.objects.filter(customer_id__in=ids)
    others = others.exclude(run=run) if run else others
    touched |= set(others.values_list("customer_id", flat=True))
    touched |= set(CustomerMerge.objects.filter(survivor__in=ids).values_list("survivor_id", flat=True))
    spoken = ConsentEntry.objects.filter(customer_id__in=ids).exclude(method=ConsentMethod.IMPORT)
    return touched | set(spoken.values_list("customer_id", flat=True))
