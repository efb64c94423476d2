from django.db import transaction

from backoffice.audit.services import audit
from orders.models import DiningTable


@transaction.atomic
def save_table(table: DiningTable, *, actor, changed: list[str]) -> DiningTable:
    """Store a new or changed table; `changed` names the fields for the log."""
    action = "table.changed" if table.pk else "table.added"
    table.save()
    audit(action=action, subject=table, organisation=table.location.organisation, actor=actor, fields=changed)
    return table
