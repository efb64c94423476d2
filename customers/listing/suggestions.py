"""Who might have been meant, when a search finds nobody."""

from difflib import SequenceMatcher

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from backoffice.core.text.text import search_words
from customers.listing.search import COUNT_CAP

NEAR_ROWS, NEAR_SHOWN, NEAR_ENOUGH = 500, 3, 0.75


def near_matches(queryset: QuerySet, query: str) -> list[tuple[int, str, str]]:
    """Up to three customers whose name is spelt like the search that found nobody: (id, first, last name).

    Looks at no more than NEAR_ROWS customers with a word that begins like the longest one typed.
    """
    wanted = " ".join(search_words(query))
    longest = max(wanted.split(), key=len, default="")
    if len(longest) < 4:
        return []
    start = f" {longest[:3]}"
    rows = queryset.filter(_contains_indexed(start)).values_list("pk", "first_name", "last_name")[:NEAR_ROWS]
    scored = [(max(_alike(f"{row[1]} {row[2]}", wanted), _alike(row[2], longest)), row) for row in rows]
    scored.sort(key=lambda one: -one[0])
    return [row for score, row in scored[:NEAR_SHOWN] if score >= NEAR_ENOUGH]


def _alike(name: str, wanted: str) -> float:
    return SequenceMatcher(None, " ".join(search_words(name)), wanted).ratio()


def _contains_indexed(needle: str) -> Q:
    if connection.vendor == "sqlite":
        sql = "SELECT rowid FROM customers_search WHERE customers_search MATCH %s LIMIT %s"
        phrase = '"' + needle.replace('"', '""') + '"'
        return Q(pk__in=RawSQL(sql, [phrase, COUNT_CAP]))  # noqa: S611
    return Q(search_text__contains=needle)
