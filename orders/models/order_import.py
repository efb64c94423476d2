from django.db import models

from backoffice.audit.models import ExportRun
from backoffice.imports.models import FileImport


class OrderImport(FileImport):
    """A file of orders; `mapping` is an `OrderMapping`, `checked` and `counts` are `OrderCounts`.

    Its orders know it (`Order.brought_by`). `sent_by` is the source it came from by itself.
    """

    log_kind = ExportRun.Kind.ORDER_IMPORT
    also_takes = ("till",)
    sent_by = models.ForeignKey("ConnectedSource", models.SET_NULL, null=True, related_name="imports")

    class Meta:
        permissions = [("import_order", "Can import orders")]
        indexes = [
            # serves the imports of an organisation, newest first
            models.Index("organisation", "id", name="order_import_by_organisation"),
        ]

    @classmethod
    def row_models(cls):
        return (ImportedCustomer,)


class ImportedCustomer(models.Model):
    """What the orders of a file did to a customer: `created`, or completed with values that it lacked.

    `before` holds the old ones by field (moments ISO), `after` what they became.
    """

    run = models.ForeignKey(OrderImport, models.CASCADE, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    created = models.BooleanField(default=False)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "run"], name="imported_customer_once"),
        ]
