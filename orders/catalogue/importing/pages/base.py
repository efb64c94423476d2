from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from backoffice.imports.mapping import ColumnMapping
from backoffice.imports.pages.forms import ColumnsForm
from backoffice.imports.pages.steps import StepPages
from backoffice.imports.profiling import IGNORED, FileProfile
from orders.catalogue.importing.example import example_file
from orders.catalogue.importing.fields import FIELDS
from orders.catalogue.importing.jobs import refused_lines, start_check
from orders.catalogue.importing.pages.results import ProductRunView
from orders.models import ProductImport


class ProductColumnsForm(ColumnsForm):
    def mapping(self) -> ColumnMapping:
        return ColumnMapping(self.columns)


class ProductImportPages(StepPages):
    model, view_class = ProductImport, ProductRunView
    right, sends = ("orders.add_product", "orders.change_product"), "orders.change_product"
    templates = "orders/catalogue/importing"
    parent = (_("Products"), "orders:products")
    title = _("Import products")
    is_running, is_done = _("Products are imported"), _("The products are in")
    to_result = _("Show products")
    none_yet = _("Bring your menu from a spreadsheet or your till: as CSV or XLSX.")
    columns_title = _("Columns of the file and fields of a product")
    field_title = _("Field of the product")
    example_names = {"de": "beispiel-produkte", "es": "ejemplo-productos", "en": "example-products"}
    refused_name = _("refused-products-%(number)s")

    def columns_form(self, request, run, data) -> ColumnsForm:
        return ProductColumnsForm(
            data,
            profile=FileProfile.from_json(run.profile),
            columns=ColumnMapping.from_json(run.mapping).columns,
            day_orders={},
            choices=[(IGNORED, _("Do not import")), *FIELDS.items()],
            initial={},
        )

    def start_check(self, run, mapping, *, actor) -> None:
        start_check(run, mapping, actor=actor)

    def example_file(self, format: str, language: str, organisation) -> Iterator[bytes]:
        return example_file(format, language, organisation)

    def refused_lines(self, run, file, *, delimiter: str) -> Iterator[None]:
        return refused_lines(run, file, delimiter=delimiter)


pages = ProductImportPages()
