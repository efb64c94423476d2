from django.db import models

from backoffice.audit.models import ExportRun
from backoffice.imports.models import FileImport


class ProductImport(FileImport):
    """A file of products; `mapping` is a `ColumnMapping`, `checked` and `counts` are `ProductCounts`."""

    log_kind = ExportRun.Kind.PRODUCT_IMPORT
    things = "product"

    class Meta:
        indexes = [
            # serves the imports of an organisation, newest first
            models.Index("organisation", "id", name="product_import_by_organisation"),
        ]

    @classmethod
    def row_models(cls):
        return (ImportedProduct,)


class ImportedProduct(models.Model):
    """What a file did to a product: `created`, or changed from `before` to `after`, values by name."""

    run = models.ForeignKey(ProductImport, models.CASCADE, related_name="+")
    product = models.ForeignKey("orders.Product", models.CASCADE, related_name="+")
    created = models.BooleanField(default=False)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "run"], name="imported_product_once"),
        ]
