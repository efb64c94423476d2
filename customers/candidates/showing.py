"""Who else a customer may be, as the profile tells it, read along with the customer."""

import json
from dataclasses import dataclass

from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.db.models.functions import JSONObject

from backoffice.core.database.json_rows import JsonRows
from customers.models import Customer, DuplicateCandidate


@dataclass(frozen=True)
class Candidate:
    """Another customer, and why it may be the same person."""

    pk: int
    name: str
    reason: str
    is_of_order: bool = False


def candidates_column() -> Subquery:
    """The candidates of a customer as one column of the query that reads the customer."""
    mine = DuplicateCandidate.objects.filter(Q(one=OuterRef("pk")) | Q(other=OuterRef("pk")), state="open")
    columns = {"pk": "pk", "first_name": "first_name", "last_name": "last_name", "email": "email"}
    columns["phone"] = "phone"
    they = {
        name: Case(When(one=OuterRef("pk"), then=f"other__{path}"), default=f"one__{path}")
        for name, path in columns.items()
    }
    rows = JsonRows(JSONObject(**they, reasons=F("reasons")))
    return Subquery(
        mine.order_by().annotate(group=OuterRef("pk")).values("group").annotate(rows=rows).values("rows")
    )


def shown_candidates(rows: list[dict] | None) -> list[Candidate]:
    """`rows` is the value of `candidates_column`. No query."""
    found = []
    for row in sorted(rows or [], key=lambda row: row["pk"]):
        codes = row.pop("reasons")
        codes = json.loads(codes) if isinstance(codes, str) else codes  # SQLite nests JSON as text
        reason = DuplicateCandidate.Reason(codes[0])
        is_of_order = reason == DuplicateCandidate.Reason.PHONE_AND_EMAIL
        found.append(Candidate(row["pk"], Customer(**row).name, str(reason.label), is_of_order))
    return found
