from django.apps import AppConfig
from django.db.backends.signals import connection_created


class CoreConfig(AppConfig):
    name = "backoffice.core"

    def ready(self):
        from backoffice.core.database import lookups  # noqa: F401
        from backoffice.core.database.private import keep_private
        from backoffice.core.garbage import collect_seldom

        connection_created.connect(keep_private)
        collect_seldom()
