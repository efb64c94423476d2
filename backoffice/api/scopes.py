from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a key may do. A scope is here when an endpoint asks for it."""

    ORDERS_WRITE = "orders:write", _("Send and update orders")
    ORDERS_READ = "orders:read", _("Read orders")
    RESERVATIONS_WRITE = "reservations:write", _("Add reservations")
    CUSTOMERS_READ = "customers:read", _("Read customers")
    CUSTOMERS_WRITE = "customers:write", _("Add customers")
    CUSTOMERS_MERGE = "customers:merge", _("Merge customers")
    CONSENTS_WRITE = "consents:write", _("Record consents")
    POINTS_READ = "points:read", _("Read points")
    POINTS_REDEEM = "points:redeem", _("Redeem points")
