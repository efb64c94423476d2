from datetime import UTC, date, datetime

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from backoffice.core.text.money import divide
from backoffice.core.text.periods import months_between
from customers.choices import Degree, LastOrderStatus, Risk

# what the days of the visits say
VISIT_COLUMNS = (
    "visits_year",
    "degree",
    "last_visit_on",
    "rhythm_days",
    "expected_on",
    "risk",
    "rhythm_due_on",
)


class CustomerStats(models.Model):
    """The figures of one customer, kept in the transaction that changes them (TRUST I1, I3).

    A cache of what `rebuild_customer_stats` computes from receipts and the points ledger; the
    definitions stand in PRODUCT §2. Money is cents. `first_order_on` is the day of the first
    receipt in its location's time zone. `last_order_at` is the customer's latest order that is not
    voided, counted or still open. `average_order_cents` and `monthly_spend_cents` exist to be
    sorted by: they are 0 where the figure is empty, and the latter is as of the month of the last
    `figures.refresh_monthly_spend`. Read the properties for display.
    `last_order_sort` is `last_order_at` without gaps, so that a page can continue after any row, as
    `expected_sort` is `expected_on`.
    `visits_year` (of the last 12 months), `degree` and `rhythm_days` (0 without visits), `expected_on` and
    `risk` are what the package `rhythm` says of the days of the visits; `rhythm_due_on` is when it says it
    anew.
    """

    customer = models.OneToOneField(
        "customers.Customer", models.CASCADE, primary_key=True, related_name="stats"
    )
    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    receipts_count = models.IntegerField(default=0)
    revenue_cents = models.BigIntegerField(default=0)
    tips_cents = models.BigIntegerField(default=0)
    average_order_cents = models.BigIntegerField(default=0)
    monthly_spend_cents = models.BigIntegerField(default=0)
    first_order_on = models.DateField(null=True)
    last_order_at = models.DateTimeField(null=True)
    last_order_sort = models.GeneratedField(
        expression=Coalesce("last_order_at", Value(datetime(1970, 1, 1, tzinfo=UTC))),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    last_order_status = models.CharField(max_length=8, choices=LastOrderStatus, blank=True)
    last_service_type = models.CharField(max_length=20, blank=True)
    points = models.BigIntegerField(default=0)
    earned_points = models.BigIntegerField(default=0)
    visits_year = models.IntegerField(default=0, db_default=0)
    degree = models.SmallIntegerField(default=0, db_default=0)
    last_visit_on = models.DateField(null=True)
    rhythm_days = models.IntegerField(default=0, db_default=0)
    expected_on = models.DateField(null=True)
    expected_sort = models.GeneratedField(
        expression=Coalesce("expected_on", Value(date(1970, 1, 1))),
        output_field=models.DateField(),
        db_persist=True,
    )
    risk = models.CharField(max_length=10, choices=Risk, blank=True, default="", db_default="")
    rhythm_due_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=0), name="stats_points_not_negative"),
            models.CheckConstraint(condition=Q(receipts_count__gte=0), name="stats_receipts_not_negative"),
        ]
        indexes = [
            # each serves one sort of the list
            models.Index("organisation", "receipts_count", "customer", name="stats_by_receipts"),
            models.Index("organisation", "revenue_cents", "customer", name="stats_by_revenue"),
            models.Index("organisation", "average_order_cents", "customer", name="stats_by_average"),
            models.Index("organisation", "monthly_spend_cents", "customer", name="stats_by_monthly"),
            models.Index("organisation", "last_order_sort", "customer", name="stats_by_last_order"),
            models.Index("organisation", "last_order_status", "customer", name="stats_by_status"),
            models.Index("organisation", "points", "customer", name="stats_by_points"),
            models.Index("organisation", "earned_points", "customer", name="stats_by_earned"),
            models.Index("organisation", "degree", "customer", name="stats_by_degree"),
            models.Index("organisation", "rhythm_days", "customer", name="stats_by_rhythm"),
            models.Index("organisation", "expected_sort", "customer", name="stats_by_expected"),
            models.Index("organisation", "risk", "customer", name="stats_by_risk"),
            # regulars who are late, the longest awaited first
            models.Index("organisation", "risk", "expected_on", name="stats_by_risk_and_day"),
            # what the day changes
            models.Index(
                "rhythm_due_on", "customer", name="stats_rhythm_due", condition=Q(rhythm_due_on__isnull=False)
            ),
        ]

    @property
    def loyalty(self) -> Degree | None:
        return Degree(self.degree) if self.degree else None

    @property
    def average_order(self) -> int | None:
        """Average order value in cents, None without a receipt."""
        return divide(self.revenue_cents, self.receipts_count)

    @property
    def tip_per_receipt(self) -> int | None:
        return divide(self.tips_cents, self.receipts_count)

    def monthly_spend(self, today) -> int | None:
        """Revenue per calendar month from the first receipt's to `today`'s, in cents."""
        if self.first_order_on is None:
            return None
        return divide(self.revenue_cents, months_between(self.first_order_on, today))
