from django.db import models

from customers.choices import Source


class FiguresKey(models.Model):
    """Figures are kept per organisation, location and source, so that filters are sums of rows."""

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    location = models.ForeignKey("staff.Location", models.CASCADE, related_name="+")
    source = models.CharField(max_length=20, choices=Source)

    class Meta:
        abstract = True


class CustomerCounters(FiguresKey):
    """How many customers there are now, so that no page counts rows.

    All but `inactive` speak of active customers: with marketing consent, with at least one receipt
    (`ordered`), with two or more (`returned`). `points` is the sum of open balances of all customers.
    `changes` counts the writes to any figure of this key: while it stands still, so do all of them.
    """

    active = models.IntegerField(default=0)
    inactive = models.IntegerField(default=0)
    marketing = models.IntegerField(default=0)
    ordered = models.IntegerField(default=0)
    returned = models.IntegerField(default=0)
    points = models.BigIntegerField(default=0)
    changes = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "location", "source"], name="counters_key_unique"
            ),
        ]


class DailyFigures(FiguresKey):
    """What happened on one day (location's time zone), written with the order or the customer.

    `joined` counts customers by their joined day. Receipts are completed and not voided; the
    `known_` ones belong to a customer. Money is cents, tax included, tips apart, refunds taken off.
    `deliveries` are those by own drivers that came on time or `late`.
    `month` is `core.text.periods.month_number(day)`.
    """

    day = models.DateField()
    month = models.IntegerField()
    joined = models.IntegerField(default=0)
    receipts = models.IntegerField(default=0)
    revenue_cents = models.BigIntegerField(default=0)
    tips_cents = models.BigIntegerField(default=0)
    known_receipts = models.IntegerField(default=0)
    known_revenue_cents = models.BigIntegerField(default=0)
    deliveries = models.IntegerField(default=0, db_default=0)
    late = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "location", "source", "day"], name="daily_key_unique"
            ),
        ]
        indexes = [
            # serves the 30-day and 12-month figures
            models.Index("organisation", "day", name="daily_by_day"),
        ]
