"""What is on the menu (PRODUCT S4) and what was sold of it (PRODUCT S3, P4)."""

from orders.catalogue.panels import products_of
from orders.catalogue.values import USUAL_SECOND_PCT

__all__ = ["USUAL_SECOND_PCT", "products_of"]
