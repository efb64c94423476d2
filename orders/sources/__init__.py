"""Outside formats, each read into the same OrderEvent."""

from orders.sources.file_import import OrderFileImport, OrderImport

__all__ = ["OrderFileImport", "OrderImport"]
