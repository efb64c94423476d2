from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from backoffice.imports.pages.steps import StepPages
from orders.importing.at_once import refused_lines
from orders.importing.example import example_file
from orders.importing.pages.forms import OrderColumnsForm
from orders.importing.pages.results import OrderRunView
from orders.importing.runs import start_check
from orders.models import OrderImport


class OrderImportPages(StepPages):
    model, view_class = OrderImport, OrderRunView
    right = sends = "orders.import_order"
    templates, columns_template = "orders/importing", "orders/importing/columns.html"
    parent = (_("Customers"), "customers:list")
    title = _("Import orders")
    is_running, is_done = _("Orders are imported"), _("The orders are in")
    to_result = _("Show customers")
    none_yet = _("Bring the orders of your old till or shop, ideally of the last 24 months: as CSV or XLSX.")
    columns_title = _("Columns of the file and parts of an order")
    field_title = _("Part of the order")
    example_names = {
        "de": "beispiel-bestellungen",
        "es": "ejemplo-pedidos",
        "en": "example-orders",
    }
    refused_name = _("refused-orders-%(number)s")

    def columns_form(self, request, run, data) -> OrderColumnsForm:
        return OrderColumnsForm(data, run=run, organisation=request.organisation)

    def start_check(self, run, mapping, *, actor) -> None:
        start_check(run, mapping, actor=actor)

    def example_file(self, format: str, language: str, organisation) -> Iterator[bytes]:
        return example_file(format, language, organisation)

    def refused_lines(self, run, file, *, delimiter: str) -> Iterator[None]:
        return refused_lines(run, file, delimiter=delimiter)

    def words(self, request) -> dict:
        return {"collects_customers": request.organisation.collects_customers}


pages = OrderImportPages()
