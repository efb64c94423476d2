from .order import Order, OrderLine
from .product import Product

__all__ = ["Order", "OrderLine", "Product"]
