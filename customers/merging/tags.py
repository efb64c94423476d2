"""Tags of merged customers are united, and go back with an undo."""

from collections.abc import Iterable, Mapping, Sequence

from customers.models import Customer, CustomerTag
from customers.records import tag_many, untag_many


def unite_tags(survivor: Customer, others: Sequence[Customer]) -> dict:
    """Put all tags on the survivor; returns those of the others by id, and those that came."""
    names: dict[int, list[str]] = {}
    links = CustomerTag.objects.filter(customer__in=[survivor, *others]).order_by("pk")
    for pk, name in links.values_list("customer_id", "tag__name"):
        names.setdefault(pk, []).append(name)
    mine = set(names.pop(survivor.pk, ()))
    links = CustomerTag.objects.filter(customer__in=others)
    links._raw_delete(links.db)
    for of_one in names.values():
        tag_many(survivor.organisation, {survivor.pk: of_one})
    came = sorted({name for of_one in names.values() for name in of_one} - mine)
    return {"theirs": names, "came": came}


def part_tags(survivor: Customer, restored: Iterable[int], kept: Mapping) -> None:
    untag_many(survivor.organisation, {survivor.pk: kept["came"]})
    theirs = {int(pk): names for pk, names in kept["theirs"].items() if int(pk) in restored}
    if theirs:
        tag_many(survivor.organisation, theirs)
