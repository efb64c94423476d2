from .order import Order, OrderLine
from .order_import import ImportedCustomer, OrderImport
from .order_void import OrderVoid
from .product import Product
from .watched_folder import WatchedFolder

__all__ = ["ImportedCustomer", "Order", "OrderImport", "OrderLine", "OrderVoid", "Product", "WatchedFolder"]
