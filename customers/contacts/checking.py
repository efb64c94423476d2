"""Whether the columns of customers say what their contact points say."""

from collections.abc import Iterator
from itertools import islice

from backoffice.core.database.streaming import stream_rows
from customers.contacts.following import columns_of, points_by_customer
from customers.models import Customer

_BATCH = 1_000


def wrong_points(organisation) -> Iterator[tuple[int, str]]:
    """Customer and column, for each that differs. Reads everything once, a batch at a time."""
    customers = Customer.objects.of(organisation).order_by("pk")
    rows = customers.values("pk", "phone", "phone2", "email", "email_key", "other_contacts")
    found = stream_rows(rows, _BATCH)
    while batch := list(islice(found, _BATCH)):
        known = points_by_customer([row["pk"] for row in batch])
        for row in batch:
            columns = columns_of(known[row["pk"]])
            yield from ((row["pk"], name) for name, value in columns.items() if row[name] != value)
