from django.db import models

PRODUCT_SUMS = ("quantity", "value_cents", "costed_quantity", "costed_net_cents", "cost_cents")


class ProductDay(models.Model):
    """What was sold of a product on one day (location's time zone), written with the receipt.

    Receipts are completed and not voided; what was refunded by line is taken off. `value_cents` is
    quantity × price as sold, tax included, before discounts of the whole order. `cost_cents` is that of
    the `costed_quantity` whose cost was known, and `costed_net_cents` their value without tax; a margin
    is the difference of the two.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+", db_index=False)
    location = models.ForeignKey("staff.Location", models.CASCADE, related_name="+", db_index=False)
    product = models.ForeignKey("orders.Product", models.CASCADE, related_name="+")
    day = models.DateField()
    quantity = models.BigIntegerField(default=0)
    value_cents = models.BigIntegerField(default=0)
    costed_quantity = models.BigIntegerField(default=0)
    costed_net_cents = models.BigIntegerField(default=0)
    cost_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            # serves the product report of a period as well
            models.UniqueConstraint(
                fields=["organisation", "day", "location", "product"], name="product_day_key_unique"
            ),
        ]
