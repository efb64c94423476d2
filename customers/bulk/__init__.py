"""One change of many customers: of those ticked in the list, or of every match."""

from customers.bulk.running import start_bulk, undo_bulk

__all__ = ["start_bulk", "undo_bulk"]
