"""Sort names and search texts of stored customers as this version folds them."""

from django.db import migrations, transaction

from backoffice.core.database.bulk import update_rows
from customers.models.customer import search_text, sort_name

BATCH = 1_000
_READ = ("pk", "first_name", "last_name", "company", "email", "phone", "phone2", "sort_name", "search_text")


def derive_anew(apps, schema_editor):
    """Batch by batch along the primary key, each in its own transaction.

    It may be stopped and started again: rows that are right already are read, but neither locked nor
    written.
    """
    customers = apps.get_model("customers", "Customer").objects.using(schema_editor.connection.alias)
    last = 0
    while rows := list(customers.filter(pk__gt=last).order_by("pk").values_list(*_READ)[:BATCH]):
        last = rows[-1][0]
        if wrong := [row[0] for row in rows if _is_wrong(row)]:
            _write(customers, wrong)


def _write(customers, ids: list[int]) -> None:
    """Read once more under locks: somebody may have changed a name meanwhile."""
    with transaction.atomic(using=customers.db):
        rows = customers.filter(pk__in=ids).order_by("pk").select_for_update().values_list(*_READ)
        changed = [(row[0], *_derived(row)) for row in rows if _is_wrong(row)]
        update_rows(customers.model, ("id", "sort_name", "search_text"), changed)


def _is_wrong(row: tuple) -> bool:
    return _derived(row) != row[-2:]


def _derived(row: tuple) -> tuple[str, str]:
    _pk, first_name, last_name, *others, _sort_name, _search_text = row
    return sort_name(first_name, last_name), search_text(first_name, last_name, *others)


class Migration(migrations.Migration):
    atomic = False  # a million rows are no one transaction

    dependencies = [("customers", "0005_figures_count_their_changes")]
    operations = [migrations.RunPython(derive_anew, migrations.RunPython.noop)]
