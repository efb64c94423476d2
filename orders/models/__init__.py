from .order import Order, OrderLine
from .order_import import ImportedCustomer, OrderImport
from .order_void import OrderVoid
from .product import Product

__all__ = ["ImportedCustomer", "Order", "OrderImport", "OrderLine", "OrderVoid", "Product"]
