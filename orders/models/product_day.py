from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import add

from django.db import models

PRODUCT_SUMS = ("quantity", "value_cents", "costed_quantity", "costed_net_cents", "cost_cents")


class ProductFigures(models.Model):
    """What was sold of a product at a location in some days, written with the receipt.

    Receipts are completed and not voided; what was refunded by line is taken off. `value_cents` is
    quantity × price as sold, tax included, before discounts of the whole order. `cost_cents` is that of
    the `costed_quantity` whose cost was known, and `costed_net_cents` their value without tax; a margin
    is the difference of the two. `KEYS` are the columns that name a row.
    """

    KEYS: tuple[str, ...]

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+", db_index=False)
    location = models.ForeignKey("staff.Location", models.CASCADE, related_name="+", db_index=False)
    product = models.ForeignKey("orders.Product", models.CASCADE, related_name="+", db_index=False)
    quantity = models.BigIntegerField(default=0)
    value_cents = models.BigIntegerField(default=0)
    costed_quantity = models.BigIntegerField(default=0)
    costed_net_cents = models.BigIntegerField(default=0)
    cost_cents = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class ProductDay(ProductFigures):
    """On one day (location's time zone)."""

    KEYS = ("organisation_id", "day", "location_id", "product_id")

    day = models.DateField()

    class Meta:
        constraints = [
            # serves the days at either end of the product report's period as well
            models.UniqueConstraint(
                fields=["organisation", "day", "location", "product"], name="product_day_key_unique"
            ),
        ]
        # serves the last day on which a product was sold
        indexes = [models.Index("product", "day", name="product_day_by_product")]


class ProductMonth(ProductFigures):
    """In one month: the sums of its ProductDay. `month` is its first day."""

    KEYS = ("organisation_id", "month", "location_id", "product_id")

    month = models.DateField()

    class Meta:
        constraints = [
            # serves the whole months of the product report's period as well
            models.UniqueConstraint(
                fields=["organisation", "month", "location", "product"], name="product_month_key_unique"
            ),
        ]
        # serves products that are deleted
        indexes = [models.Index("product", name="product_month_by_product")]

    @staticmethod
    def sums_of(days: Mapping[tuple, Sequence[int]]) -> dict[tuple, tuple[int, ...]]:
        """Sums by (day, location, product), added up by (month, location, product)."""
        months: dict[tuple, tuple[int, ...]] = defaultdict(lambda: (0,) * len(PRODUCT_SUMS))
        for (day, *where), sums in days.items():
            key = (day.replace(day=1), *where)
            months[key] = tuple(map(add, months[key], sums))
        return dict(months)
