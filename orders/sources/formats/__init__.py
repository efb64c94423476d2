"""Formats of tills, shops and platforms, a module each: payload → news of orders and customers."""

from importlib import import_module

from orders.choices import SourceKind
from orders.sources.formats.message import Format, Message
from orders.sources.formats.news import ConsentNews, CustomerNews, House, OrderNews, Person
from orders.sources.formats.payload import Part, UnreadablePayload

VENDORS = (
    SourceKind.WOOCOMMERCE,
    SourceKind.SHOPIFY,
    SourceKind.SQUARE,
    SourceKind.LIGHTSPEED,
    SourceKind.DELIVERECT,
    SourceKind.READY2ORDER,
)


def format_of(kind: str) -> Format:
    """The module of a vendor. Raises ValueError for a kind that sends no messages."""
    if kind not in VENDORS:
        raise ValueError(kind)
    return import_module(f"orders.sources.formats.{SourceKind(kind).value}")


__all__ = [
    "VENDORS",
    "ConsentNews",
    "CustomerNews",
    "House",
    "Message",
    "OrderNews",
    "Part",
    "Person",
    "UnreadablePayload",
    "format_of",
]
