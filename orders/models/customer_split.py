from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

UNDO_WITHIN = timedelta(days=30)


class CustomerSplit(models.Model):
    """Orders of one customer that were given to a new one, so that it can be undone.

    `orders` are their ids; `contacts` the contact points that went along, as kind, key, value and place. One
    whose taker was merged into somebody else `is_final`: these orders are among others' by now.
    """

    giver = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    taker = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    orders = models.JSONField(default=list)
    contacts = models.JSONField(default=list)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    split_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)
    is_final = models.BooleanField(default=False, db_default=False)

    @property
    def can_be_undone(self) -> bool:
        return self.undone_at is None and not self.is_final and timezone.now() <= self.undo_until

    @property
    def undo_until(self) -> datetime:
        return self.split_at + UNDO_WITHIN
