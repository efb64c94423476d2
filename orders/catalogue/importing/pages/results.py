"""What the pages of an import of products show: figures of the check, of the run, and of the undo."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.text.formats import Formats
from backoffice.imports.pages.phases import RUNNING, STOPPED
from backoffice.imports.pages.results import RunView
from orders.catalogue.importing.walking import ProductCounts
from orders.models import ProductImport

_FIGURES = {
    "added": gettext_lazy("New products"),
    "changed": gettext_lazy("Changed products"),
    "unchanged": gettext_lazy("Unchanged products"),
    "refused": gettext_lazy("Skipped"),
}


class ProductRunView(RunView):
    undo_labels = {
        "removed": gettext_lazy("Products removed"),
        "restored": gettext_lazy("Products as before"),
        "kept": gettext_lazy("Products kept"),
    }

    def __init__(self, run: ProductImport, formats: Formats):
        super().__init__(run, formats)
        self.checked = ProductCounts.from_json(run.checked)
        self.counts = ProductCounts.from_json(self.stored_counts)
        self.total = self.checked.rows or run.profile.get("rows", 0)

    @property
    def figures(self) -> list[tuple[object, int]]:
        """What came of it as (label, number)."""
        return [(label, getattr(self.counts, name)) for name, label in _FIGURES.items()]

    @property
    def skipped(self) -> int:
        """Rows that stay out; before the last one is done, those of the check."""
        is_partly = self.phase in (RUNNING, STOPPED) and self.run.checked
        return (self.checked if is_partly else self.counts).refused

    @property
    def has_refused_file(self) -> bool:
        return bool(self.skipped and self.run.profile)

    @property
    def result_url(self) -> str:
        return reverse("orders:products")

    @property
    def taken(self) -> int:
        return self.checked.added + self.checked.changed

    @property
    def obstacle(self) -> str:
        """Why an import would do nothing; empty when it would do something."""
        if not self.checked.rows:
            return _("The file has no rows.")
        if self.taken:
            return ""
        if self.checked.unchanged:
            return _("Nothing would change: your products are like that already.")
        return _("Every row has a fault. Put the file right and bring it anew.")
