from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.text import validate_visible
from customers.choices import Source


class WatchedFolder(models.Model):
    """A folder of this machine whose files of orders come in by themselves.

    It is `INBOX_DIR/<organisation>/<slug>`: nobody names a path, so none leads elsewhere. `source` and
    `location` hold for orders that name none. `problem` says why the last look took a file not in.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80, validators=[validate_visible])
    slug = models.SlugField(max_length=80)
    source = models.CharField(
        _("source"),
        max_length=20,
        choices=Source,
        default=Source.STORE,
        help_text=_("Of orders that name none."),
    )
    location = models.ForeignKey(
        "staff.Location", models.SET_NULL, null=True, related_name="+", verbose_name=_("location")
    )
    is_on = models.BooleanField(_("take files in"), default=True)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        permissions = [("manage_source", "Can connect sources")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="watched_folder_unique"),
        ]

    def __str__(self):
        return self.name

    @property
    def path(self) -> Path:
        return settings.INBOX_DIR / self.organisation.slug / self.slug
