"""Open pairs as people would read them: the likeliest first, with whom else they may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from backoffice.core.pages.paging import Cursor, beyond
from customers.candidates import CERTAIN, LIKELY
from customers.models import Customer, DuplicateCandidate

PAGE = 25
LARGEST = 6
MOST_COUNTED = 1_000
_OPEN = DuplicateCandidate.State.OPEN
LEVELS = {
    "certain": Q(score__gte=CERTAIN),
    "likely": Q(score__lt=CERTAIN, score__gte=LIKELY),
    "possible": Q(score__lt=LIKELY),
}


@dataclass
class Group:
    """Customers who may all be one; `pair` is the likeliest two of them."""

    pair: DuplicateCandidate
    ids: list[int] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    against: list[str] = field(default_factory=list)
    people: list[Customer] = field(default_factory=list)

    def add(self, pair: DuplicateCandidate) -> None:
        for of_group, of_pair in (
            (self.ids, (pair.one_id, pair.other_id)),
            (self.reasons, pair.reasons),
            (self.against, pair.against),
        ):
            of_group += [one for one in of_pair if one not in of_group]


def level_of(score: int) -> str:
    return "certain" if score >= CERTAIN else "likely" if score >= LIKELY else "possible"


def open_pairs(organisation) -> QuerySet[DuplicateCandidate]:
    return DuplicateCandidate.objects.filter(organisation=organisation, state=_OPEN)


def leading_pairs(organisation) -> QuerySet[DuplicateCandidate]:
    """Those without a likelier one beside them: each is a row of the page."""
    likelier = Q(score__gt=OuterRef("score")) | Q(score=OuterRef("score"), pk__gt=OuterRef("pk"))
    others = DuplicateCandidate.objects.filter(likelier, state=_OPEN)
    by_one = others.filter(Q(one=OuterRef("one")) | Q(one=OuterRef("other")))
    by_other = others.filter(Q(other=OuterRef("one")) | Q(other=OuterRef("other")))
    return open_pairs(organisation).filter(~Exists(by_one), ~Exists(by_other))


def count_levels(organisation) -> tuple[dict[str, int], bool]:
    """How many rows there are by level, among the first MOST_COUNTED, and whether there are more."""
    scores = leading_pairs(organisation).order_by("-score", "-pk").values_list("score", flat=True)
    found = [level_of(score) for score in scores[: MOST_COUNTED + 1]]
    return {level: found[:MOST_COUNTED].count(level) for level in LEVELS}, len(found) > MOST_COUNTED


def read_groups(organisation, *, level: str = "", after: Cursor | None = None) -> tuple[list[Group], str]:
    """A page of groups with their people, and where the next one begins. Four queries."""
    pairs = leading_pairs(organisation)
    if level in LEVELS:
        pairs = pairs.filter(LEVELS[level])
    if after:
        pairs = beyond(pairs, "score", "pk", after, descending=True)
    rows = list(pairs.order_by("-score", "-pk")[: PAGE + 1])
    groups = [Group(pair) for pair in rows[:PAGE]]
    for group in groups:
        group.add(group.pair)
    _add_neighbours(organisation, groups)
    people = _people(organisation, {pk for group in groups for pk in group.ids})
    for group in groups:
        group.people = sorted((people[pk] for pk in group.ids if pk in people), key=_age)
    more = Cursor(rows[PAGE - 1].score, rows[PAGE - 1].pk).encode() if len(rows) > PAGE else ""
    return groups, more


def _add_neighbours(organisation, groups: Sequence[Group]) -> None:
    """Who may be the same as one of a group, unless they are likelier somebody else."""
    cores = {pk: group for group in groups for pk in group.ids}
    near = _touching(organisation, cores)
    outside = {pk for pair in near for pk in (pair.one_id, pair.other_id)} - cores.keys()
    best = {}
    for pair in _touching(organisation, outside) if outside else ():
        for pk in {pair.one_id, pair.other_id} & outside:
            best.setdefault(pk, pair.pk)
    for pair in near:
        inside = [cores[pk] for pk in (pair.one_id, pair.other_id) if pk in cores]
        outsider = {pair.one_id, pair.other_id} - cores.keys()
        is_best = all(best.get(pk) == pair.pk for pk in outsider)
        if is_best and inside.count(inside[0]) == len(inside) and len({*inside[0].ids, *outsider}) <= LARGEST:
            inside[0].add(pair)
    for group in groups:
        for pair in near:
            if {pair.one_id, pair.other_id} <= set(group.ids):
                group.add(pair)


def _touching(organisation, ids: Iterable[int]) -> list[DuplicateCandidate]:
    pairs = open_pairs(organisation).filter(Q(one__in=ids) | Q(other__in=ids))
    return list(pairs.order_by("-score", "-pk")[: PAGE * LARGEST])


def _people(organisation, ids: Iterable[int]) -> dict[int, Customer]:
    return Customer.objects.of(organisation).select_related("stats").in_bulk(list(ids))


def _age(customer: Customer) -> tuple:
    return (customer.joined_at, customer.pk)


def different_pairs(organisation, *, before: int | None) -> tuple[list[DuplicateCandidate], int | None]:
    """Who was called different, the newest pairs first, and where the next page begins."""
    pairs = DuplicateCandidate.objects.filter(organisation=organisation, state="different")
    if before:
        pairs = pairs.filter(pk__lt=before)
    rows = list(pairs.select_related("one", "other", "decided_by").order_by("-pk")[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None
