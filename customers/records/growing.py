"""Keeps PostgreSQL's idea of customers true while a long load adds many."""

from backoffice.core.database.bulk import GrowingTable
from customers.models import ContactPoint, Customer


class GrowingCustomers:
    """Customers and their contact points, by what they are looked up by."""

    def __init__(self):
        self._customers = GrowingTable(Customer, "organisation_id", "sort_name")
        points = ("organisation_id", "customer_id", "kind", "key", "is_shared")
        self._points = GrowingTable(ContactPoint, *points)

    def grew(self, count: int) -> None:
        """As `GrowingTable.grew`."""
        self._customers.grew(count)
        self._points.grew(count)
