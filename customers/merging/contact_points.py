"""Phones and e-mails of merged customers: what is not chosen stays as an alias that finds the survivor."""

from collections.abc import Mapping, Sequence

from customers.contacts import follow_columns, follow_points
from customers.merging.rows import pack_row, unpack_row
from customers.models import ContactPoint, Customer

COLUMNS = ("phone", "phone2", "email")


def unite_points(survivor: Customer, merged_ids: Sequence[int], chosen: Mapping[str, str]) -> dict:
    """Give all points to the survivor and make `chosen` (COLUMNS) the first ones; returns what they were.

    A value that both have is there once; it is shared only if it was with both.
    """
    mine = list(ContactPoint.objects.filter(customer=survivor).order_by("pk"))
    theirs = list(ContactPoint.objects.filter(customer__in=merged_ids).order_by("pk"))
    kept = {"mine": [pack_row(point) for point in mine], "theirs": [pack_row(point) for point in theirs]}
    by_key = {(point.kind, point.key): point for point in mine}
    twice, moving, own = [], [], []
    for point in theirs:
        first = by_key.setdefault((point.kind, point.key), point)
        if first is point:
            moving.append(point.pk)
            continue
        twice.append(point.pk)
        if first.is_shared and not point.is_shared:
            own.append(first.pk)
    ContactPoint.objects.filter(pk__in=twice).delete()
    ContactPoint.objects.filter(pk__in=moving).update(customer=survivor, place=None)
    ContactPoint.objects.filter(pk__in=own).update(is_shared=False)
    vars(survivor).update(chosen)
    survivor.derive()
    survivor.save(update_fields=[*COLUMNS, "email_key"])
    follow_columns(survivor.organisation, [survivor], origin=survivor.source)
    return kept | {"twice": twice, "chosen": {name: getattr(survivor, name) for name in COLUMNS}}


def part_points(survivor: Customer, restored: Mapping[int, Customer], kept: dict) -> None:
    """Give points back that are still there, and make the first ones what they were.

    What was added since stays with the survivor, and what was removed since stays away; somebody who
    chose another first since decided for the survivor.
    """
    now = {point.pk: point for point in ContactPoint.objects.filter(customer=survivor)}
    mine = [unpack_row(ContactPoint, values) for values in kept["mine"]]
    theirs = [unpack_row(ContactPoint, values) for values in kept["theirs"]]
    returning = [point for point in theirs if point.pk in now and point.customer_id in restored]
    decided = _decided_since(survivor, kept["chosen"], now, {point.pk for point in returning})
    staying = [point for point in mine if point.pk in now]
    changing = [*returning, *(point for point in staying if point.kind not in decided)]
    # a kind has one first at any moment: all give their places up before some take one
    ContactPoint.objects.filter(pk__in=[point.pk for point in changing]).update(place=None)
    for point in returning:
        _put_back(point, point.place)
    for point in staying:
        _put_back(point, now[point.pk].place if point.kind in decided else point.place)
    _add_again([point for point in theirs if point.pk in kept["twice"] and point.customer_id in restored])
    _have_firsts([survivor.pk, *restored])
    follow_points([survivor, *restored.values()])


def _decided_since(survivor: Customer, chosen: Mapping[str, str], now: Mapping, going: set[int]) -> set[str]:
    """The kinds of which the survivor has another first since the merge, one that does not go back."""
    columns = {"phone": ("phone", "phone2"), "email": ("email",)}
    changed = {
        kind for kind, names in columns.items() if any(getattr(survivor, one) != chosen[one] for one in names)
    }
    firsts = {point.kind: point.pk for point in now.values() if point.place == 0}
    return {kind for kind in changed if firsts.get(kind, 0) not in going}


def _put_back(point: ContactPoint, place: int | None) -> None:
    """Somebody may have taken the place or the value since: then it is one more, or shared."""
    others = ContactPoint.objects.filter(customer=point.customer_id, kind=point.kind, place=0)
    if place == 0 and others.exclude(pk=point.pk).exists():
        place = 1
    is_shared = point.is_shared or _is_held(point)
    ContactPoint.objects.filter(pk=point.pk).update(
        customer=point.customer_id, place=place, is_shared=is_shared
    )


def _is_held(point: ContactPoint) -> bool:
    others = ContactPoint.objects.filter(
        organisation=point.organisation_id, kind=point.kind, key=point.key, is_shared=False
    )
    return others.exclude(pk=point.pk).exists()


def _add_again(twice: list[ContactPoint]) -> None:
    """What both had was there once only: both have it again, unless it was removed since."""
    for point in twice:
        same = ContactPoint.objects.filter(organisation=point.organisation_id, kind=point.kind, key=point.key)
        if same.exists():
            point.is_shared = point.is_shared or _is_held(point)
            point.save(force_insert=True)


def _have_firsts(customer_ids: Sequence[int]) -> None:
    """Where the first of a kind is gone, the next one moves up."""
    points = ContactPoint.objects.filter(customer__in=customer_ids, place__isnull=False)
    lowest: dict[tuple[int, str], ContactPoint] = {}
    for point in points.order_by("place", "pk"):
        lowest.setdefault((point.customer_id, point.kind), point)
    for point in lowest.values():
        if point.place:
            ContactPoint.objects.filter(pk=point.pk).update(place=0)
