from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "backoffice.core"

    def ready(self):
        from backoffice.core.database import lookups  # noqa: F401
