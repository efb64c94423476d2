"""What an organisation has, as data that can be compared: but for logs, record keeping and clocks."""

from collections.abc import Iterable

from customers.figures.counters import stored_counters, stored_daily
from customers.merging.relations import name_of, relations, rows_of
from customers.merging.rows import pack_row
from customers.models import Customer, CustomerMerge, DuplicateKey

_CLOCKS = {"updated_at"}


def picture_of(organisation) -> dict[str, object]:
    """Everything that hangs on its customers, by table; rows that are made anew without their number."""
    customers = Customer.objects.of(organisation)
    ids = list(customers.values_list("pk", flat=True))
    shown = {"customers": _rows(customers), "counters": stored_counters(organisation)}
    shown["days"] = {key: sums for key, sums in stored_daily(organisation).items() if any(sums)}
    for relation in relations():
        if relation.model not in (CustomerMerge, DuplicateKey):
            shown[name_of(relation)] = _rows(rows_of(relation, **{f"{relation.field}__in": ids}))
    return shown


def _rows(rows: Iterable) -> list[str]:
    packed = [pack_row(row) for row in rows]
    for values in packed:
        if "tag_id" in values:  # a link is written anew
            values.pop("id")
    return sorted(str({key: values[key] for key in values if key not in _CLOCKS}) for values in packed)
