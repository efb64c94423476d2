from .order import Order, OrderLine
from .order_import import ImportedCustomer, OrderImport
from .order_void import OrderVoid
from .product import Product
from .reservation import DiningTable, Reservation, TableSlot
from .watched_folder import WatchedFolder

__all__ = [
    "DiningTable",
    "ImportedCustomer",
    "Order",
    "OrderImport",
    "OrderLine",
    "OrderVoid",
    "Product",
    "Reservation",
    "TableSlot",
    "WatchedFolder",
]
