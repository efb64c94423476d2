from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BulkAction(models.Model):
    """One change of many customers, and whom it changed (`BulkEffect`), so that it can be undone.

    `query` is the address of the list that names them, `selected` are ids that were ticked in it, none for
    every match. `tag` is the word of the two kinds that need one, `purpose` that of a withdrawal.
    `skipped_count` could not have the tag, because they have too many. `job` is the work that does or undoes
    it, None where it was done at once.
    """

    class Kind(models.TextChoices):
        TAG = "tag", _("Add a tag")
        UNTAG = "untag", _("Remove a tag")
        DEACTIVATE = "deactivate", _("Mark as inactive")
        REACTIVATE = "reactivate", _("Mark as active")
        WITHDRAW = "withdraw", _("Record a withdrawal")

        @property
        def icon(self) -> str:
            return _KINDS[self.value][0]

        @property
        def permission(self) -> str:
            """Who may do it to many at once: managers, though staff may do some of it one by one."""
            return _KINDS[self.value][1]

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    location = models.ForeignKey("staff.Location", models.CASCADE, null=True, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    tag = models.CharField(max_length=40, blank=True)
    purpose = models.CharField(max_length=10, blank=True)
    query = models.TextField(blank=True)
    selected = models.JSONField(default=list)
    changed_count = models.IntegerField(default=0)
    skipped_count = models.IntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    def get_absolute_url(self) -> str:
        return reverse("customers:bulk-action", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.job is not None and self.job.is_active

    @property
    def can_be_undone(self) -> bool:
        """A withdrawal stands: whoever gives the consent again says how they got it."""
        stands = self.kind == self.Kind.WITHDRAW or not self.changed_count
        return self.undone_at is None and not stands and not self.is_running


_KINDS = {
    "tag": ("tag", "customers.bulk_tag_customer"),
    "untag": ("tag", "customers.bulk_tag_customer"),
    "deactivate": ("user-minus", "customers.deactivate_customer"),
    "reactivate": ("user-plus", "customers.deactivate_customer"),
    "withdraw": ("minus-circle", "customers.change_customer"),
}


class BulkEffect(models.Model):
    """A customer whom a bulk action really changed."""

    action = models.ForeignKey(BulkAction, models.CASCADE, related_name="effects", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            # also the index that serves the undo
            models.UniqueConstraint(fields=["action", "customer"], name="bulk_effect_once"),
        ]
