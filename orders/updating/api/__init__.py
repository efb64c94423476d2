"""Endpoints of stored orders."""

from orders.updating.api.endpoints import router

__all__ = ["router"]
