from .order import Order, OrderLine
from .order_void import OrderVoid
from .product import Product

__all__ = ["Order", "OrderLine", "OrderVoid", "Product"]
