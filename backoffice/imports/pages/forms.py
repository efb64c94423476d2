"""Forms of step 2: how a file is read, and which column is which field."""

from collections.abc import Collection, Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables import TableOptions
from backoffice.core.text.days import DAY_FIRST, MONTH_FIRST
from backoffice.imports.models import FileImport
from backoffice.imports.profiling import IGNORED, FileProfile

DELIMITER_NAMES = {";": _("Semicolon"), ",": _("Comma"), "\t": _("Tab"), "|": _("Bar")}
ENCODING_NAMES = {"utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}


class ReadingForm(forms.Form):
    """How a file is read, where what was recognised is wrong. Empty fields are recognised."""

    encoding = forms.ChoiceField(label=_("Encoding"), required=False)
    delimiter = forms.ChoiceField(label=_("Separator"), required=False)
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_line = forms.IntegerField(
        label=_("Line of the header"),
        required=False,
        min_value=0,
        max_value=60,
        help_text=_("0 if the file has none"),
    )

    def __init__(self, data, *, profile: FileProfile, kind: str):
        initial = {name: getattr(profile, name) for name in ("encoding", "delimiter", "sheet", "header_line")}
        super().__init__(data, initial=initial, prefix="reading")
        if kind == FileImport.Kind.XLSX:
            self.fields["sheet"].choices = [(name, name) for name in profile.sheets]
            del self.fields["encoding"], self.fields["delimiter"]
        else:
            self.fields["encoding"].choices = list(ENCODING_NAMES.items())
            self.fields["delimiter"].choices = list(DELIMITER_NAMES.items())
            del self.fields["sheet"]
        if kind == FileImport.Kind.VCF:
            del self.fields["delimiter"], self.fields["header_line"]
        for field in self.fields.values():
            field.width = "w-2"

    @property
    def options(self) -> TableOptions:
        return TableOptions(**{name: value for name, value in self.cleaned_data.items() if value != ""})

    @staticmethod
    def facts(profile: FileProfile) -> dict:
        """How the file was read, for templates/imports/_columns_facts.html."""
        return {
            "profile": profile,
            "delimiter": DELIMITER_NAMES.get(profile.delimiter),
            "encoding": ENCODING_NAMES.get(profile.encoding),
        }


class ColumnsForm(forms.Form):
    """`field_0`, `field_1`, … are the columns of `profile` by their place; `day_0` … ask how days are
    meant where the file does not tell. Headers never become names of form fields.

    `columns` and `day_orders` are what they were taken for so far, `choices` are options or groups of
    options.
    """

    days: Collection[str] = ()  # fields that hold days
    repeatable: Collection[str] = ()  # fields that several columns may be

    def __init__(
        self,
        data,
        *,
        profile: FileProfile,
        columns: dict[str, str],
        day_orders: dict[str, str],
        choices: Iterable,
        initial: dict,
    ):
        super().__init__(data, initial=initial)
        self.profile, self.columns_before, choices = profile, columns, list(choices)
        self._names = {name for name, label in _flat(choices)}
        for place, header in enumerate(profile.headers):
            self.fields[f"field_{place}"] = forms.ChoiceField(
                label=header,
                choices=choices,
                required=False,
                widget=forms.Select,
                initial=columns.get(header, IGNORED),
            )
            if profile.day_orders.get(header) == "":
                self.fields[f"day_{place}"] = forms.ChoiceField(
                    label=header,
                    choices=[(DAY_FIRST, ""), (MONTH_FIRST, "")],
                    required=False,
                    initial=day_orders.get(header, ""),
                )

    @property
    def columns(self) -> dict[str, str]:
        """Fields by header as they are chosen now, whether or not all is filled in."""
        chosen = {header: self[f"field_{place}"].value() for place, header in enumerate(self.profile.headers)}
        return {header: name if name in self._names else IGNORED for header, name in chosen.items()}

    def clean(self):
        cleaned, seen = super().clean(), {}
        for place, (header, name) in enumerate(self.columns.items()):
            if name != IGNORED and name not in self.repeatable and name in seen:
                message = _("“%(column)s” is mapped to this field already. Choose one of the two.")
                self.add_error(f"field_{place}", message % {"column": seen[name]})
            seen.setdefault(name, header)
            if self._asks_day(place, name) and not cleaned.get(f"day_{place}"):
                self.add_error(f"day_{place}", _("Say what comes first."))
        return cleaned

    def day_orders(self) -> dict[str, str]:
        """How the days of each column are meant: as the file tells, else as it was said."""
        orders = {}
        for place, (header, name) in enumerate(self.columns.items()):
            order = self.profile.day_orders.get(header) or self.cleaned_data.get(f"day_{place}")
            if name in self.days and order:
                orders[header] = order
        return orders

    def _asks_day(self, place: int, name: str) -> bool:
        return name in self.days and f"day_{place}" in self.fields


def _flat(choices: Iterable) -> Iterable[tuple[str, object]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label
