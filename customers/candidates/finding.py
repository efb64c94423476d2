"""Finds who may be one person, a few customers at a time: by keys that both have, then by the rules."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction

from backoffice.core.database.bulk import insert_rows
from customers.candidates.likeness import Likeness, Person, compare, keys_of_person
from customers.models import ContactPoint, Customer, DuplicateCandidate, DuplicateKey

_READ = ("pk", "first_name", "last_name", "birthday", "postcode", "address1")
CROWD = 20  # a key of more people than this belongs to none of them
_OPEN = DuplicateCandidate.State.OPEN
_NOTED = DuplicateCandidate.Reason.PHONE_AND_EMAIL


@transaction.atomic
def look_at(organisation, customer_ids: Collection[int]) -> int:
    """Compare these customers with everybody who shares a key with them; returns how many pairs were new.

    Pairs that nothing speaks for any longer go, those that people called different stay.
    """
    people = read_people(organisation, customer_ids)
    keys = {pk: keys_of_person(person) for pk, person in people.items()}
    write_keys(organisation, keys)
    pairs = _pairs(organisation, keys)
    others = {pk for pair in pairs for pk in pair} - people.keys()
    known = _known(people)
    others |= {pk for pair in known for pk in pair} - people.keys()
    people |= read_people(organisation, others) if others else {}
    found = {}
    for pair in pairs | known.keys():
        if pair[0] in people and pair[1] in people:
            noted = (_NOTED,) if pair in known and _NOTED in known[pair].reasons else ()
            found[pair] = compare(people[pair[0]], people[pair[1]], seen=noted)
    return _store(organisation, found, known)


def read_people(organisation, customer_ids: Collection[int]) -> dict[int, Person]:
    """Customers of the organisation with their contact points. Two queries."""
    ids = list(customer_ids)
    rows = Customer.objects.of(organisation).filter(pk__among=ids).order_by("pk").values_list(*_READ)
    people = {row[0]: Person(*row) for row in rows}
    points = ContactPoint.objects.filter(customer__pk__among=ids).order_by()
    for pk, *point in points.values_list("customer_id", "kind", "key", "is_shared"):
        if pk in people:
            people[pk].points.append(tuple(point))
    return people


def write_keys(organisation, keys: Mapping[int, set[int]]) -> None:
    """Make the stored keys of these customers what they are."""
    stored = defaultdict(set)
    gone = []
    rows = DuplicateKey.objects.filter(customer__pk__among=list(keys)).order_by()
    for pk, customer_id, key in rows.values_list("pk", "customer_id", "key"):
        stored[customer_id].add(key)
        if key not in keys[customer_id]:
            gone.append(pk)
    if gone:
        DuplicateKey.objects.filter(pk__among=gone).delete()
    new = [(key, pk, organisation.pk) for pk, of_one in keys.items() for key in of_one - stored[pk]]
    if new:
        insert_rows(DuplicateKey, ("key", "customer_id", "organisation_id"), sorted(new))


def _pairs(organisation, keys: Mapping[int, set[int]]) -> set[tuple[int, int]]:
    """Who shares a key, the lower id first. One query."""
    wanted = list({key for of_one in keys.values() for key in of_one})
    holders = defaultdict(list)
    rows = DuplicateKey.objects.filter(organisation=organisation, key__among=wanted).order_by()
    for key, pk in rows.values_list("key", "customer_id"):
        holders[key].append(pk)
    return pairs_of(holders.values(), keys)


def pairs_of(groups: Iterable[Sequence[int]], among: Collection[int] | None = None) -> set[tuple[int, int]]:
    """Pairs within each group that is no crowd, of which one at least is `among` these."""
    pairs = set()
    for group in groups:
        if 2 <= len(group) <= CROWD:
            ids = sorted(group)
            pairs |= {
                (one, other)
                for place, one in enumerate(ids)
                for other in ids[place + 1 :]
                if among is None or one in among or other in among
            }
    return pairs


def _known(people: Collection[int]) -> dict[tuple[int, int], DuplicateCandidate]:
    """Stored pairs of these customers. Two queries, one for each index."""
    ids = list(people)
    pairs = DuplicateCandidate.objects.order_by()
    found = [*pairs.filter(one__pk__among=ids), *pairs.filter(other__pk__among=ids)]
    return {(pair.one_id, pair.other_id): pair for pair in found}


def _store(
    organisation,
    found: Mapping[tuple[int, int], Likeness | None],
    known: Mapping[tuple[int, int], DuplicateCandidate],
) -> int:
    vanished = [known[pair] for pair, likeness in found.items() if likeness is None and pair in known]
    gone = [pair.pk for pair in vanished if pair.state == _OPEN]
    if gone:
        DuplicateCandidate.objects.filter(pk__in=gone).delete()
    new, changed = [], []
    for (one, other), likeness in found.items():
        if likeness is None:
            continue
        pair = known.get((one, other))
        if pair is None:
            pair = DuplicateCandidate(organisation=organisation, one_id=one, other_id=other)
            new.append(pair)
        elif likeness != Likeness(pair.score, tuple(pair.reasons), tuple(pair.against)):
            changed.append(pair)
        pair.score = likeness.score
        pair.reasons, pair.against = list(likeness.reasons), list(likeness.against)
    DuplicateCandidate.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    if changed:
        DuplicateCandidate.objects.bulk_update(changed, ["score", "reasons", "against"], batch_size=200)
    return len(new)
