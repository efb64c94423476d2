"""Customers on the optional admin site (ADMIN_SITE)."""

from django.contrib import admin

from backoffice.audit.exports import give_out
from backoffice.audit.models import ExportRun
from backoffice.core.files.exports import CsvDialect
from backoffice.core.files.layouts import Layout
from backoffice.core.pages.admin import LookingAdmin
from customers.exporting import CustomerResource
from customers.listing import find_matches
from customers.models import Customer


@admin.register(Customer)
class CustomerAdmin(LookingAdmin):
    resource_classes = [CustomerResource]
    list_display = ("name", "email", "phone", "source", "joined_at", "is_active")
    list_filter = ("source", "is_active")
    search_fields = ("search_text",)  # for the search box; what it finds is what the list finds
    list_select_related = ("stats", "location")

    def get_search_results(self, request, queryset, search_term):
        return find_matches(request.organisation, queryset, search_term).indexed, False

    def logged(self, file_format, export, request):
        return log_export(file_format, export, request, ExportRun.Kind.CUSTOMERS)


def log_export(file_format, export, request, kind: str):
    """The file of the admin site with its line in the log of exports."""
    layout = Layout(file_format.get_extension(), CsvDialect.of(request.user.language))
    place = {"organisation": request.organisation, "actor": request.user}
    return give_out(export, **place, kind=kind, layout=layout, query="admin")
