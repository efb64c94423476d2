"""Takes an import of products back: those that came with it go unless something hangs on them or somebody has
changed them since; of the others each value returns that is still as the import left it."""

from django.db import transaction

from backoffice.imports.runs import end_undo
from backoffice.jobs.running import RunningJob
from orders.catalogue.importing.tracing import WRITTEN, give_back, state_of
from orders.models import ImportedProduct, Product, ProductImport

CHUNK = 300


def undo_chunks(run: ProductImport, running: RunningJob) -> None:
    """Take back what a run did, the last first, a chunk per transaction."""
    traces = ImportedProduct.objects.filter(run=run).order_by("-pk")
    counts = {"removed": 0, "restored": 0, "kept": 0} | running.job.counts
    done = running.job.done_count
    total = traces.count() + done
    while True:
        running.give_way()
        with transaction.atomic():
            chunk = list(traces[:CHUNK])
            if not chunk:
                break
            _take_back(chunk, counts)
            done += len(chunk)
            running.advance(done=done, total=total, counts=counts)
    end_undo(run, running.job.actor, counts)


def _take_back(traces: list[ImportedProduct], counts: dict[str, int]) -> None:
    ids = [trace.product_id for trace in traces]
    locked = Product.objects.filter(pk__in=ids).order_by("pk").select_for_update()
    products, used = {product.pk: product for product in locked}, _used(ids)
    going, restored = [], []
    for trace in traces:
        product = products[trace.product_id]
        now = state_of(product)
        if trace.created and product.pk not in used and _same(now, trace.after):
            going.append(product.pk)
        elif not trace.created and (
            names := [name for name in trace.after if now[name] == trace.after[name]]
        ):
            give_back(product, {name: trace.before[name] for name in names})
            restored.append(product)
    ImportedProduct.objects.filter(pk__in=[trace.pk for trace in traces]).delete()
    Product.objects.filter(pk__in=going).delete()
    Product.objects.bulk_update(restored, WRITTEN)
    counts["removed"] += len(going)
    counts["restored"] += len(restored)
    counts["kept"] += len(traces) - len(going) - len(restored)


def _same(now: dict, after: dict) -> bool:
    """Whether nobody has changed it since; that it was sold out for a day is no change."""
    return all(now[name] == after[name] for name in after if name != "edited_at")


def _used(ids: list[int]) -> set[int]:
    """Those that anything refers to, in whichever app, but for the traces of imports."""
    used: set[int] = set()
    for relation in Product._meta.get_fields(include_hidden=True):
        if relation.auto_created and relation.is_relation and not relation.concrete:
            name = relation.field.name
            model = relation.related_model
            if relation.many_to_many or model is ImportedProduct:
                continue  # its table has a relation of its own
            found = model._base_manager.filter(**{f"{name}__in": ids})
            used.update(found.values_list(f"{name}_id", flat=True))
    return used
