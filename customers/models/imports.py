from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from backoffice.audit.models import ExportRun
from backoffice.imports.models import FileImport


class ImportRun(FileImport):
    """A file of customers; `mapping` is a `CustomerMapping`, `checked` and `counts` are
    `importing.outcomes.Counts`. `checked` also holds `notes.most_repeated`.
    """

    log_kind = ExportRun.Kind.CUSTOMER_IMPORT
    also_takes = ("vcf",)

    class Meta:
        indexes = [
            # serves the imports of an organisation, newest first
            models.Index("organisation", "id", name="import_by_organisation"),
        ]

    @property
    def tells_consents(self) -> bool:
        """Whether a column may say who agreed: nothing in a phone's contacts proves that somebody did."""
        return self.kind != self.Kind.VCF

    @classmethod
    def row_models(cls):
        return ImportRow, ImportCorrection, ImportEffect


class ImportRow(models.Model):
    """A row of a file that somebody should look at: a fault, a conflict, a hint, a duplicate.

    Written by the check, and again by the run. `cells` are the row's texts in the order of the headers,
    corrected ones included, without the empty ones at the end; `faults` are lists of column (its place),
    value, reason and code: they refuse the row, or are values that it comes in without; `hints` are
    sentences. `importing.notes` reads them, those of earlier versions too, and bounds them. `other_line`
    is the earlier row of the same customer, `rivals` the two customers of a conflict, or the one with
    the same contact and another name. `fate` is what the row counts as (`importing.outcomes.Fate`), with
    its answers about consents as `RowOutcome` counts them.
    """

    class Outcome(models.TextChoices):
        FAULT = "fault", _("With fault")
        CONFLICT = "conflict", _("Two customers")
        DUPLICATE = "duplicate", _("Twice in the file")
        HINT = "hint", _("With hint")
        CORRECTED = "corrected", _("Corrected")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="+")
    line = models.IntegerField()
    outcome = models.CharField(max_length=9, choices=Outcome)
    fate = models.CharField(max_length=10)
    cells = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    hints = models.JSONField(default=list)
    other_line = models.IntegerField(null=True)
    rivals = models.JSONField(default=dict)
    consents = models.SmallIntegerField(default=0)
    consents_without_origin = models.SmallIntegerField(default=0)
    withdrawals = models.SmallIntegerField(default=0)
    denials = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "line"], name="import_row_once"),
        ]
        indexes = [
            # serves the tabs of the check
            models.Index("run", "outcome", "line", name="import_row_by_outcome"),
        ]


class ImportCorrection(models.Model):
    """What a person changed in a row, or decided about it; a new check keeps it.

    `cells` holds the changed ones alone, by header. `decision` settles a conflict.
    """

    class Decision(models.TextChoices):
        PHONE = "phone", _("the one with this phone number")
        EMAIL = "email", _("the one with this e-mail")
        SKIP = "skip", _("skip this row")
        SAME = "same", _("the same person")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="+")
    line = models.IntegerField()
    cells = models.JSONField(default=dict)
    decision = models.CharField(max_length=5, choices=Decision, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "line"], name="import_correction_once"),
        ]


class ImportEffect(models.Model):
    """What one row did to one customer, so that it can be taken back.

    `created` says that the customer came with this row. `changes` maps field names to [before, after];
    `tags`, `consents` and `withdrawals` (purposes), `extras` (columns of upper apps) and `points` (further
    contact points, as kind, key and value) are what it added.
    """

    # without an index of its own: both below begin with it
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="+", db_index=False)
    line = models.IntegerField()
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    created = models.BooleanField(default=False)
    changes = models.JSONField(default=dict)
    tags = models.JSONField(default=list)
    consents = models.JSONField(default=list)
    withdrawals = models.JSONField(default=list)
    extras = models.JSONField(default=dict)
    points = models.JSONField(default=list, db_default=Value([], models.JSONField()))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "line"], name="import_effect_once"),
        ]
        indexes = [
            # serves the list of an import's customers
            models.Index("run", "customer", name="import_effect_of_customer"),
        ]


class RememberedMapping(models.Model):
    """How an organisation last read files with these headers."""

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    headers_key = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "headers_key"], name="mapping_once_per_headers"),
        ]
