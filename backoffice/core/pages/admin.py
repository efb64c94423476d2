"""The optional admin site: superusers look at rows and take them out; changes go through the pages.

Off unless ADMIN_SITE is set. It shows the organisation that the person is signed in to, like every page.
"""

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.decorators import method_decorator
from import_export.admin import ExportMixin
from import_export.forms import ExportForm

from backoffice.core.files.formats import CsvFormat, XlsxFormat


class SuperuserSite(AdminSite):
    """Nobody but superusers, whatever their role."""

    def has_permission(self, request):
        return request.user.is_active and request.user.is_superuser

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """Everybody signs in at one door: waits and the second step stand there."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def register(self, model_or_iterable, admin_class=None, **options):
        """Only what looks: the pages that packages bring change rows past our rules."""
        if admin_class and issubclass(admin_class, LookingAdmin):
            super().register(model_or_iterable, admin_class, **options)


class LookingAdmin(ExportMixin, admin.ModelAdmin):
    """Rows of one organisation, with the resource that exports use everywhere.

    Nothing is added, changed or deleted here: that would go past statistics, ledgers and the log.
    `organisation_path` leads from a row to its organisation.
    """

    organisation_path = "organisation"
    show_full_result_count = False
    skip_export_form_from_action = True
    export_form_class = ExportForm  # columns are chosen on the pages

    def get_queryset(self, request):
        return super().get_queryset(request).filter(**{self.organisation_path: request.organisation})

    def get_export_formats(self):
        return [CsvFormat, XlsxFormat]

    def get_export_data(self, file_format, request, queryset, **kwargs) -> bytes:
        """The file as everywhere: streamed from one statement, within the daily limit, logged."""
        export = self.resource_classes[0]().export(
            queryset, currency=request.organisation.currency, tz=request.organisation.tz
        )
        return b"".join(self.logged(file_format, export, request))

    def logged(self, file_format, export, request):
        raise NotImplementedError

    def has_view_permission(self, request, obj=None):
        return True

    def has_module_permission(self, request):
        return True

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
