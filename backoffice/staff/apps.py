from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StaffConfig(AppConfig):
    name = "backoffice.staff"

    def ready(self):
        # Django creates permission rows after each migrate; roles can only be filled after that.
        from backoffice.staff.roles import fill_roles_after_migrate

        post_migrate.connect(fill_roles_after_migrate, dispatch_uid="fill_roles")
