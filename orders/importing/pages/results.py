"""What the pages of an import of orders show: figures of the check, of the run, and of the undo."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.text.formats import Formats
from backoffice.imports.pages.phases import RUNNING, STOPPED
from backoffice.imports.pages.results import RunView
from orders.importing.walking import OrderCounts
from orders.models import OrderImport

_FIGURES = {
    "recorded": gettext_lazy("New orders"),
    "repeated": gettext_lazy("Already there"),
    "voided": gettext_lazy("Voided now"),
    "refused": gettext_lazy("Skipped"),
    "customers_created": gettext_lazy("New customers"),
    "customers_found": gettext_lazy("Known customers"),
}


class OrderRunView(RunView):
    undo_labels = {
        "removed": gettext_lazy("Orders removed"),
        "kept": gettext_lazy("Orders kept"),
        "customers": gettext_lazy("Customers removed"),
    }

    def __init__(self, run: OrderImport, formats: Formats):
        super().__init__(run, formats)
        self.checked = OrderCounts.from_json(run.checked)
        self.counts = OrderCounts.from_json(self.stored_counts)
        self.total = self.checked.rows or run.profile.get("rows", 0)

    @property
    def figures(self) -> list[tuple[object, int]]:
        """What came of it as (label, number)."""
        found = [(name, label, getattr(self.counts, name)) for name, label in _FIGURES.items()]
        return [(label, number) for name, label, number in found if number or name != "voided"]

    @property
    def skipped(self) -> int:
        """Rows that stay out; before the last one is done, those of the check."""
        is_partly = self.phase in (RUNNING, STOPPED) and self.run.checked
        return (self.checked if is_partly else self.counts).refused_rows

    @property
    def has_refused_file(self) -> bool:
        return bool(self.skipped and self.run.profile)

    @property
    def result_url(self) -> str:
        return reverse("customers:list")

    @property
    def total_amount(self) -> str:
        return self.formats.money(self.checked.total_cents)

    @property
    def tips(self) -> str:
        return self.formats.money(self.checked.tip_cents) if self.checked.tip_cents else ""

    @property
    def period(self) -> tuple[str, str]:
        """The first and the last day of the new orders."""
        days = (self.checked.first_day, self.checked.last_day)
        return tuple(self.formats.day(date.fromisoformat(day)) if day else "" for day in days)

    @property
    def named(self) -> int:
        """New orders that say who ordered."""
        return self.checked.recorded - self.checked.anonymous

    @property
    def obstacle(self) -> str:
        """Why an import would do nothing; empty when it would do something."""
        if not self.checked.orders:
            return _("The file has no rows.")
        if self.checked.recorded or self.checked.voided:
            return ""
        if self.checked.repeated:
            return _("Nothing would change: you have these orders already.")
        return _("Every order has a fault. Put the file right and bring it anew.")
