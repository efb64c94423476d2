"""Order lines on the optional admin site (ADMIN_SITE)."""

from django.contrib import admin

from backoffice.audit.models import ExportRun
from backoffice.core.pages.admin import LookingAdmin
from customers.admin import log_export
from orders.models import OrderLine
from orders.receipts import OrderLineResource


@admin.register(OrderLine)
class OrderLineAdmin(LookingAdmin):
    resource_classes = [OrderLineResource]
    organisation_path = "order__organisation"
    list_display = ("order", "position", "name", "quantity", "unit_price_cents")
    list_select_related = ("order",)
    search_fields = ("name", "order__external_id")
    ordering = ("-order__placed_at", "order", "position")

    def logged(self, file_format, export, request):
        return log_export(file_format, export, request, ExportRun.Kind.CUSTOMER_ORDERS)
