from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

UNDO_WITHIN = timedelta(days=30)


class CustomerMerge(models.Model):
    """Customers who were kept several times and are one now, with all it takes to undo that.

    `kept` is what the others were and which rows were theirs, as `merging` writes it; it is emptied when
    the merge can no longer be undone. When the survivor is merged in turn, its merges follow.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+", db_index=False)
    survivor = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    kept = models.JSONField(default=dict)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    merged_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # serves the tab, newest first
            models.Index("organisation", "id", name="customer_merge_by_age"),
            # serves the purge of what is too old to be undone
            models.Index("merged_at", "id", name="customer_merge_by_moment"),
        ]

    @property
    def undo_until(self) -> datetime:
        return self.merged_at + UNDO_WITHIN

    @property
    def is_undoable(self) -> bool:
        """Whether it is in time; a later merge of the same customer may still stand before it."""
        return self.undone_at is None and bool(self.kept) and timezone.now() <= self.undo_until


class MergedCustomer(models.Model):
    """A customer who is another one now: `old_id` is where it stood, the merge says whose it became."""

    merge = models.ForeignKey(CustomerMerge, models.CASCADE, related_name="merged")
    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+", db_index=False)
    old_id = models.BigIntegerField()
    is_undone = models.BooleanField(default=False)

    class Meta:
        constraints = [
            # finds by the old id
            models.UniqueConstraint(
                fields=["organisation", "old_id"],
                condition=models.Q(is_undone=False),
                name="merged_customer_once",
            ),
        ]
