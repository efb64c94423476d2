"""Orders over HTTP."""

from orders.recording.api.endpoints import router
from orders.recording.api.reading import OrderReader
from orders.recording.api.shapes import OrderIn

__all__ = ["OrderIn", "OrderReader", "router"]
