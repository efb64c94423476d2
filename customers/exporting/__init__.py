"""Customers out of the house as files."""

from customers.exporting.files import export_customers

__all__ = ["export_customers"]
