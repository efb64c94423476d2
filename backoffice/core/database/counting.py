"""How many rows stand behind each tab of a list."""

from collections.abc import Mapping

from django.db.models import Count, Q, QuerySet

MOST = 10_000


def count_each(rows: QuerySet, conditions: Mapping[str, Q]) -> tuple[dict[str, int], bool]:
    """The rows that fit each condition, among the newest 10,000; and whether there are more. One query."""
    newest = rows.order_by("-pk")[: MOST + 1]
    names = {f"view_{number}": name for number, name in enumerate(conditions)}
    counts = {key: Count("pk", filter=conditions[name]) for key, name in names.items()}
    found = newest.aggregate(whole=Count("pk"), **counts)
    return {name: min(found[key], MOST) for key, name in names.items()}, found["whole"] > MOST
