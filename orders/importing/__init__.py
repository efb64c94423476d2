"""Orders from files of any till or shop: recognised, checked, taken in with their customers, taken back.

A file walks through `backoffice.imports` (kept, read, staged) → `grouping` (the lines of an order come
together) → `reading` (an order of the file → OrderEvent) → `walking` → `orders.recording`. `jobs` has the
four steps that a worker does, `at_once` lets one call do them for the command line (PRODUCT I8).
"""

from orders.importing.at_once import OrderFileImport, import_orders
from orders.importing.runs import is_clear
from orders.importing.words import codes_of

__all__ = ["OrderFileImport", "codes_of", "import_orders", "is_clear"]
