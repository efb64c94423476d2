"""Who may take consents over by a file: granting is an administrator's right (PRODUCT §3)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customers.importing.fields import CONSENTS
from customers.importing.notes import row_of
from customers.models import ImportRow, ImportRun


def refuse_consents_of_others(run: ImportRun, *, user) -> None:
    """Who starts an import answers for its consents, whoever said how they are known. ValidationError."""
    if run.mapping.get("consent") and not user.has_perm("customers.grant_consent"):
        raise ValidationError(_("This import takes consents over. Only an administrator can start it."))


def refuse_corrected_consents(run: ImportRun, line: int, cells: dict[str, str], *, user) -> None:
    """What an administrator said of the consents of a file holds for what stands in it. ValidationError."""
    if not run.mapping.get("consent") or user.has_perm("customers.grant_consent"):
        return
    note, columns = ImportRow.objects.get(run=run, line=line), run.mapping["columns"]
    before = row_of(note, run.profile["headers"]).cells
    if any(columns.get(header) in CONSENTS and text != before.get(header) for header, text in cells.items()):
        raise ValidationError(_("Only an administrator can correct the consents of this file."))
