from django.utils.translation import gettext_lazy as _

from backoffice.imports.pages.base import ImportPages
from orders.importing.pages.results import OrderRunView
from orders.models import OrderImport


class OrderImportPages(ImportPages):
    model, view_class = OrderImport, OrderRunView
    right = "orders.import_order"
    templates = "orders/importing"
    parent = (_("Customers"), "customers:list")
    title = _("Import orders")
    is_running, is_done = _("Orders are imported"), _("The orders are in")
    to_result = _("Show customers")
    none_yet = _("Bring the orders of your old till or shop, ideally of the last 24 months: as CSV or XLSX.")
    columns_title = _("Columns of the file and parts of an order")
    field_title = _("Part of the order")


pages = OrderImportPages()
may_import = pages.guard
