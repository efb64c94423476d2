"""Orders over HTTP."""

from orders.recording.api.endpoints import router

__all__ = ["router"]
