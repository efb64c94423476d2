"""The append-only log of what happened, and the log of files that left the house."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnlyQuerySet(models.QuerySet):
    """Rows can be added and read, never changed or removed through the ORM."""

    def update(self, **kwargs):
        raise TypeError(f"{self.model.__name__} is append-only.")

    def delete(self):
        raise TypeError(f"{self.model.__name__} is append-only.")


class AppendOnlyModel(models.Model):
    """Base of ledgers: saving a stored row again, or deleting it, is refused."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError(f"{type(self).__name__} is append-only.")


class AuditEntry(AppendOnlyModel):
    """One line of the activity log: who did what to which object.

    `details` holds codes, field names and numbers, never names, phones or e-mails: a customer
    can be forgotten without rewriting the log. Without an actor the system did it.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    details = models.JSONField(default=dict)
    request_id = models.CharField(max_length=36, blank=True)
    occurred_at = models.DateTimeField()

    class Meta:
        indexes = [
            # serves the activity of one object, newest first
            models.Index("organisation", "subject_type", "subject_id", "id", name="audit_subject"),
        ]


class ExportRun(models.Model):
    """One file that was taken out, or in (`IMPORTS`): who, when, which filter, columns, rows and its SHA-256.

    An export is written as `started` before its first byte; a download that broke off stays so. An import
    is written when it ends, with the name of its file and the page it has, if any.
    """

    class Kind(models.TextChoices):
        CUSTOMERS = "customers", _("Customer list")
        CUSTOMER_ORDERS = "customer_orders", _("Order history of a customer")
        CUSTOMER_IMPORT = "customer_import", _("Import of customers")
        ORDER_IMPORT = "order_import", _("Import of orders")
        PRODUCT_IMPORT = "product_import", _("Import of products")
        RECEIPTS = "receipts", _("Receipt report")
        PRODUCTS = "products", _("Products")
        PRODUCT_REPORT = "product_report", _("Product report")
        DELIVERIES = "deliveries", _("Deliveries")
        CARDS = "cards", _("Loyalty cards")
        POINTS = "points", _("Points ledger")
        COUPONS = "coupons", _("Coupons")
        COUPON_CODES = "coupon_codes", _("Codes of a coupon")
        COUPON_USES = "coupon_uses", _("Uses of a coupon")

    IMPORTS = (Kind.CUSTOMER_IMPORT, Kind.ORDER_IMPORT, Kind.PRODUCT_IMPORT)

    class Status(models.TextChoices):
        STARTED = "started", _("not finished")
        DONE = "done", _("complete")

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    format = models.CharField(max_length=4, blank=True)
    filename = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=200, blank=True)
    query = models.TextField(blank=True)
    columns = models.JSONField(default=list)
    status = models.CharField(max_length=10, choices=Status, default=Status.STARTED)
    rows_count = models.IntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("organisation", "actor", "started_at", name="export_by_actor"),
            # serves the log, newest first
            models.Index("organisation", "started_at", "id", name="export_by_moment"),
        ]
