from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self):
        # Only wiring: the index needs tables that are complete, see search_index.
        from customers.listing import ensure_search_index

        post_migrate.connect(ensure_search_index, sender=self)
