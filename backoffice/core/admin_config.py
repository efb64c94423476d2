from django.contrib.admin.apps import AdminConfig


class SuperuserAdminConfig(AdminConfig):
    """The admin site of ADMIN_SITE; in a module of its own, because Django looks for one app in each."""

    default = False
    default_site = "backoffice.core.pages.admin.SuperuserSite"
