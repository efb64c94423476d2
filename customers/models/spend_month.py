from django.db import models


class SpendMonth(models.Model):
    """The month up to which `CustomerStats.monthly_spend_cents` of an organisation is exact.

    `month` is `core.text.periods.month_number`. Written by `figures.statistics` alone.
    """

    organisation = models.OneToOneField(
        "staff.Organisation", models.CASCADE, primary_key=True, related_name="+"
    )
    month = models.IntegerField()
