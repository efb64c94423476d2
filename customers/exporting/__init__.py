"""Customers out of the house as files."""

from customers.exporting.files import export_customers
from customers.exporting.resource import CustomerResource

__all__ = ["CustomerResource", "export_customers"]
