"""What step 4 and the list of imports show of an import of customers: its figures, where they are."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.formats import Formats
from backoffice.imports.pages.phases import RUNNING, STOPPED
from backoffice.imports.pages.results import RunView
from customers.importing.outcomes import VERDICTS, Counts
from customers.models import ImportRow, ImportRun

_FIGURES = {
    "created": _("New"),
    "completed": _("Completed"),
    "unchanged": _("Unchanged"),
    "rejected": _("Skipped"),
    "duplicates": VERDICTS[ImportRow.Outcome.DUPLICATE].word,
    "consents": _("Consents"),
}
_ONLY_IF_ANY = ("duplicates", "consents")
_UNDO_FIGURES = {
    "removed": _("Removed"),
    "restored": _("As before again"),
    "kept": _("Kept"),
    "withdrawn": _("Consents withdrawn"),
}


class CustomerRunView(RunView):
    undo_labels = _UNDO_FIGURES

    def __init__(self, run: ImportRun, formats: Formats):
        super().__init__(run, formats)
        self.checked = Counts.from_json(run.checked)
        # the command takes rows in without a check before
        self.total = self.checked.rows or run.profile.get("rows", 0)
        self.counts = Counts.from_json(self.stored_counts)

    @property
    def matches(self) -> int:
        """Rows of customers who are known already, as the check found them."""
        return self.checked.completed + self.checked.unchanged

    @property
    def figures(self) -> list[tuple[str, int]]:
        """What came of it as (label, number)."""
        numbers = [(name, label, getattr(self.counts, name)) for name, label in _FIGURES.items()]
        return [(label, number) for name, label, number in numbers if number or name not in _ONLY_IF_ANY]

    @property
    def skipped(self) -> int:
        """Rows that stay out; before the last one is done, those of the check."""
        is_partly = self.phase in (RUNNING, STOPPED) and self.run.checked
        return (self.checked if is_partly else self.counts).rejected

    @property
    def has_refused_file(self) -> bool:
        return bool(self.skipped and self.run.profile)

    @property
    def result_url(self) -> str:
        """The list of the customers whom this import brought or changed; of all, where nobody knows them."""
        is_known = bool(self.run.profile) and (self.counts.created or self.counts.completed)
        return f"{reverse('customers:list')}?import={self.run.pk}" if is_known else reverse("customers:list")
