from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        # Only wiring: triggers need tables that are complete, see fiscal_guard.
        from orders.fiscal_guard import ensure_fiscal_guard

        post_migrate.connect(ensure_fiscal_guard, sender=self)
