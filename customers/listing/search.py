"""Finding customers: search, sort and page through any number of them (PERFORMANCE F1–F5).

Two plans, chosen by how many customers match. Few: their ids, then sorted. Many: the sort index is
walked until the page is full. With a search on SQLite it is walked no further than `WALK_ROWS`,
then all that the search index finds is sorted; PostgreSQL's planner chooses that by itself.
"""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import F, OrderBy, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from backoffice.core.pages.paging import Cursor, beyond
from backoffice.core.text.phones import find_number, typed_digits
from backoffice.core.text.text import fold, search_words
from customers.extensions import customer_extensions
from customers.field_kinds import Field, Kind
from customers.fields import FIELDS
from customers.models import Customer, reachable

COUNT_CAP = 10_000
FEW = 2_000
WALK_ROWS = (1_000, 20_000)
TRIGRAM = 3
MAX_QUERY = 100
MAX_WORDS = 8
_DIGITS = re.compile(r"(?<!\S)[+(]?\d(?:[\s()./+-]*\d)*(?!\S)")
_APART = re.compile(r"[\s,;<>()\"]+")
_NUMBER_OF_PROFILE = re.compile(r"(?:(?:No\.|Nr\.|N\.º|#)\s*)?K\W?(\d{1,15})", re.IGNORECASE)


@dataclass(frozen=True)
class Sort:
    """A sortable column: where its value stands, the type of that value, and what an empty one counts as.

    A column that may be empty sorts by an expression, which no plain index serves; one that shall be
    fast at a million gets a column without gaps, as `CustomerStats.last_order_sort`.
    """

    column: str
    kind: type
    empty: object = None

    @property
    def pk_column(self) -> str:
        return "stats__customer_id" if self.column.startswith("stats__") else "pk"

    @property
    def key(self) -> str | Coalesce:
        """What `values_list`, `order_by` and comparisons take."""
        return self.column if self.empty is None else Coalesce(self.column, Value(self.empty))


_TYPES = {
    **{Kind.COUNT: int, Kind.MONEY: int, Kind.AVERAGE: int, Kind.MONTHLY: int, Kind.MODULES: int},
    **{Kind.CONSENT: bool, Kind.REACHABLE: bool, Kind.MOMENT: datetime, Kind.LAST_ORDER: datetime},
    **{Kind.DAY: date, Kind.BIRTHDAY: date, Kind.DEGREE: int, Kind.DAYS: int},
}


def _sort_of(field: Field) -> Sort:
    column = field.listed.sort or field.paths[0]
    has_gaps = field.kind is Kind.DAY and not field.listed.sort
    return Sort(column, _TYPES.get(field.kind, str), date.min if has_gaps else None)


# What a column shows that is no path of the model.
COMPUTED = {"is_reachable": reachable()}
SORTS = {"name": Sort("sort_name", str)} | {field.code: _sort_of(field) for field in FIELDS if field.listed}
DEFAULT_SORT = "-joined"


@dataclass(frozen=True)
class Order:
    """One of SORTS, with a direction. `parse` takes only what is in the list."""

    name: str
    descending: bool

    @classmethod
    def parse(cls, text: str) -> "Order":
        name = text.removeprefix("-")
        if name not in SORTS:
            return cls.parse(DEFAULT_SORT)
        return cls(name, text.startswith("-"))

    @property
    def sort(self) -> Sort:
        return SORTS[self.name]

    def __str__(self):
        return f"-{self.name}" if self.descending else self.name


@dataclass(frozen=True)
class Count:
    """A number of customers that is exact up to COUNT_CAP, and then says "more than"."""

    value: int
    is_capped: bool = False


@dataclass(frozen=True)
class Page:
    """One page of customers, with the cursors of its neighbours (None where there is none)."""

    rows: list
    before: Cursor | None
    after: Cursor | None
    position: int


# ---- Text -----------------------------------------------------------------------------------------


def search_needles(query: str, region: str = "") -> list[str]:
    """The pieces that must all occur in `search_text`; `region` reads phone numbers.

    A whole phone number says who is meant, whatever stands beside it. Part of one is a piece like any
    word. Words of one or two letters must begin a word, longer ones may stand anywhere.
    """
    query = query[:MAX_QUERY].replace("\x00", "")
    if digits := find_number(query, region):
        return [digits]
    words = [word for word in _words(query)[:MAX_WORDS] if word] or fold(query).split()[:MAX_WORDS]
    return [word if len(word) >= TRIGRAM else f" {word}" for word in words]


def _words(query: str) -> list[str]:
    """Words as `search_text` has them; `0171 / 392` is one, an e-mail keeps its signs."""
    words, end = [], 0
    for part in _DIGITS.finditer(query):
        if len(digits := typed_digits(part[0])) >= TRIGRAM:
            words += [*_name_words(query[end : part.start()]), digits]
            end = part.end()
    return words + _name_words(query[end:])


def _name_words(text: str) -> list[str]:
    words = []
    for part in _APART.split(text):
        if "@" in part:
            words.append(fold(part).removeprefix("mailto:").rstrip(".:"))
        else:
            words += [word.strip(".:!?") for word in search_words(part)]
    return words


def _plain(needles: list[str]) -> Q:
    condition = Q()
    for needle in needles:
        condition &= Q(search_text__contains=needle)
    return condition


def _match_expression(needles: list[str]) -> str:
    """For FTS5, of needles that have a trigram; the few that have none are checked plainly."""
    return " AND ".join('"' + needle.replace('"', '""') + '"' for needle in needles if len(needle) >= TRIGRAM)


def _text_hits(organisation, expression: str, is_active: bool | None) -> list[int]:
    """Ids of at most COUNT_CAP + 1 customers that the SQLite index finds, without sorting them."""
    # CROSS JOIN keeps the order of the tables: the index streams, and the limit ends it early
    sql = (
        "SELECT c.id FROM customers_search s CROSS JOIN customers_customer c ON c.id = s.rowid "
        "WHERE s.customers_search MATCH %s AND c.organisation_id = %s"
    )
    params = [expression, organisation.pk]
    if is_active is not None:
        sql, params = f"{sql} AND c.is_active = %s", [*params, is_active]
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT %s", [*params, COUNT_CAP + 1])
        return [pk for (pk,) in cursor.fetchall()]


# ---- Matches --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Matches:
    """Customers that fit search and filters.

    `indexed` finds them by the search index, `walkable` checks customer by customer; both give the same.
    `ids` are all of them when they are few, else None.
    """

    indexed: QuerySet
    walkable: QuerySet
    count: Count
    ids: list[int] | None = None


def find_matches(
    organisation, queryset: QuerySet, query: str, *, is_active: bool | None = None, has_filters: bool = True
) -> Matches:
    """Count the customers of `queryset` that fit the search, up to COUNT_CAP; keep the ids of few.

    `is_active` repeats the status that `queryset` asks for, None for any; without `has_filters` it
    asks for nothing else, and more than COUNT_CAP hits need no second look.
    """
    if found := _by_number(queryset, query) or _by_number_of_others(organisation, queryset, query):
        return found
    needles = search_needles(query, organisation.country)
    expression = _match_expression(needles)
    if connection.vendor != "sqlite" or not expression:
        walkable = queryset.filter(_plain(needles))
        return _counted(walkable, walkable)
    hits = _text_hits(organisation, expression, is_active)
    if len(hits) <= COUNT_CAP:
        unindexed = [needle for needle in needles if len(needle) < TRIGRAM]
        found = _with_ids(queryset.filter(_plain(unindexed)), hits)
        return _counted(found, found)
    walkable = queryset.filter(_plain(needles))
    sql = "SELECT rowid FROM customers_search WHERE customers_search MATCH %s"
    indexed = walkable.filter(pk__in=RawSQL(sql, [expression]))  # noqa: S611
    if not has_filters and all(len(needle) >= TRIGRAM for needle in needles):
        return Matches(indexed, walkable, Count(COUNT_CAP, is_capped=True))
    return _counted(indexed, walkable)


def _by_number(queryset: QuerySet, query: str) -> Matches | None:
    """The customer whose number a profile shows as K-726; None when the query is no such number."""
    number = _NUMBER_OF_PROFILE.fullmatch(query.strip())
    if not number:
        return None
    found = queryset.filter(pk=int(number[1]))
    matches = _counted(found, found)
    return matches if matches.ids else None


def _by_number_of_others(organisation, queryset: QuerySet, query: str) -> Matches | None:
    """The customers whom a number of an upper app means, such as that of a card; None for nobody."""
    ids = [pk for extension in customer_extensions() for pk in extension.found_by_number(organisation, query)]
    if not ids:
        return None
    found = queryset.filter(pk__in=ids)
    matches = _counted(found, found)
    return matches if matches.ids else None


def count_matches(queryset: QuerySet) -> Count:
    """How many there are, up to COUNT_CAP."""
    number = queryset.order_by()[: COUNT_CAP + 1].count()
    return Count(min(number, COUNT_CAP), number > COUNT_CAP)


def _counted(indexed: QuerySet, walkable: QuerySet) -> Matches:
    ids = list(walkable.order_by().values_list("pk", flat=True)[: COUNT_CAP + 1])
    count = Count(min(len(ids), COUNT_CAP), len(ids) > COUNT_CAP)
    return Matches(indexed, walkable, count, ids if len(ids) <= FEW else None)


def _with_ids(queryset: QuerySet, ids: list[int]) -> QuerySet:
    """One parameter whatever the number of ids."""
    if connection.vendor == "sqlite":
        return queryset.filter(pk__in=RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)]))
    return queryset.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [ids]))


# ---- Pages ----------------------------------------------------------------------------------------


def fetch_page(
    organisation,
    matches: Matches,
    order: Order,
    *,
    fields: tuple[str, ...],
    size: int,
    after: Cursor | None = None,
    before: Cursor | None = None,
    last: bool = False,
    total: int | None = None,
) -> Page:
    """Return one page as tuples of `fields`, which must begin with `pk`.

    Without a cursor the first page, with `last` the last one; `total` then gives it the rows
    that paging from the start would leave for it.
    """
    backwards = before is not None or last
    descending = order.descending != backwards
    cursor = before if before is not None else after
    values = [COMPUTED.get(name, name) for name in fields]
    rows = _rows(organisation, matches, order, descending, cursor, (*values, order.sort.key), size + 1)
    has_more = len(rows) > size
    rows = rows[:size]
    if last and total is not None and total % size and len(rows) == size:
        rows = rows[: total % size]  # the last page holds what is left, as if paged from the start
    if backwards:
        rows.reverse()
    position = _position(after, before, last, total, len(rows))
    return Page(
        rows=[row[:-1] for row in rows],
        before=_cursor(rows[0], position) if rows and (has_more if backwards else after) else None,
        after=_cursor(rows[-1], position + len(rows)) if rows and (has_more or before) and not last else None,
        position=position,
    )


def _cursor(row: tuple, position: int) -> Cursor:
    return Cursor(row[-1], row[0], position)


def _position(after, before, last, total, count) -> int:
    if last and total is not None:
        return max(0, total - count)
    if before is not None:
        return max(0, before.position - count)
    return after.position if after else 0


def _rows(organisation, matches, order, descending, cursor, fields, limit) -> list[tuple]:
    if matches.ids is not None:
        chosen = _with_ids(Customer.objects.of(organisation), matches.ids)
        return list(_sorted(chosen, order, descending, cursor).values_list(*fields)[:limit])
    if connection.vendor == "sqlite" and matches.indexed is not matches.walkable:
        rows = _walk(organisation, matches.walkable, order, descending, cursor, fields, limit)
        if rows is not None:
            return rows
    matching = _begin_at_index(matches.indexed, organisation, order)
    return list(_sorted(matching, order, descending, cursor).values_list(*fields)[:limit])


def _walk(organisation, walkable, order, descending, cursor, fields, limit) -> list[tuple] | None:
    """The page out of the next customers of the sort, few and then more; None when they do not fill it."""
    every = _begin_at_index(Customer.objects.of(organisation), organisation, order)
    for reach in WALK_ROWS:
        near = list(_sorted(every, order, descending, cursor).values_list("pk", flat=True)[:reach])
        found = _sorted(_with_ids(walkable, near), order, descending, None)
        rows = list(found.values_list(*fields)[:limit])
        if len(rows) == limit or len(near) < reach:
            return rows
    return None


def _begin_at_index(queryset: QuerySet, organisation, order: Order) -> QuerySet:
    """Name the table whose index serves the sort, so that the planner begins there."""
    if order.sort.column.startswith("stats__"):
        return queryset.filter(stats__organisation=organisation)
    return queryset


def _sorted(queryset: QuerySet, order: Order, descending: bool, cursor: Cursor | None) -> QuerySet:
    sort = order.sort
    if cursor is not None:
        queryset = beyond(queryset, sort.key, sort.pk_column, cursor, descending=descending)
    key = F(sort.key) if isinstance(sort.key, str) else sort.key
    return queryset.order_by(OrderBy(key, descending), OrderBy(F(sort.pk_column), descending))


def sort_matches(organisation, queryset: QuerySet, order: Order) -> QuerySet:
    """All customers of a queryset in the order of the list; for files."""
    return _sorted(_begin_at_index(queryset, organisation, order), order, order.descending, None)
