from .connected_source import ConnectedSource, SourceDay, SourceEvent
from .customer_split import CustomerSplit
from .fulfilment import Driver, Fulfilment, OrderCounter
from .order import Order, OrderLine
from .order_import import ImportedCustomer, OrderImport
from .order_parts import OrderDiscount, OrderPayment, ReceiptRemoval
from .order_refund import OrderRefund, OrderRefundLine
from .order_void import OrderVoid
from .product import Product
from .product_day import ProductDay, ProductMonth
from .product_import import ImportedProduct, ProductImport
from .reservation import DiningTable, Reservation, TableSlot

__all__ = [
    "ConnectedSource",
    "CustomerSplit",
    "DiningTable",
    "Driver",
    "Fulfilment",
    "ImportedCustomer",
    "ImportedProduct",
    "Order",
    "OrderCounter",
    "OrderDiscount",
    "OrderImport",
    "OrderLine",
    "OrderPayment",
    "OrderRefund",
    "OrderRefundLine",
    "OrderVoid",
    "Product",
    "ProductDay",
    "ProductImport",
    "ProductMonth",
    "ReceiptRemoval",
    "Reservation",
    "SourceDay",
    "SourceEvent",
    "TableSlot",
]
