from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.forms import OneLineField
from backoffice.core.text.text import validate_visible
from backoffice.staff.opening_hours.reading import LONGEST, parse_hours, write_hours

_FARTHEST = timedelta(days=3 * 366)


class HoursField(OneLineField):
    """`11:30–14:30, 17:30–23:00` as pairs of times."""

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else write_hours(value)

    def to_python(self, value):
        return parse_hours(super().to_python(value))

    def validate(self, value):
        """Empty means closed."""

    def run_validators(self, value):
        """Read pairs have no characters."""


class HoursForm(forms.Form):
    """One line per weekday; `hours` are the pairs by weekday."""

    def __init__(self, *args, openings, **kwargs):
        super().__init__(*args, **kwargs)
        for number, name in WEEKDAYS.items():
            widget = forms.TextInput(attrs={"maxlength": LONGEST})
            initial = openings.by_weekday.get(number, [])
            field = HoursField(label=name, required=False, widget=widget, initial=initial)
            field.width = "w-3"
            self.fields[f"day{number}"] = field

    @property
    def hours(self) -> dict[int, list]:
        return {number: self.cleaned_data[f"day{number}"] for number in WEEKDAYS}


class ClosedDaysForm(forms.Form):
    first_on = forms.DateField(label=_("From"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    last_on = forms.DateField(
        label=_("To"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty means one day."),
    )
    reason = OneLineField(label=_("Reason"), max_length=80, required=False, validators=[validate_visible])

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self):
        first = self.cleaned_data.get("first_on")
        last = self.cleaned_data.get("last_on") or first
        if first is None or "last_on" in self.errors:
            return
        if last < first:
            self.add_error("last_on", ValidationError(_("The last day is before the first.")))
        elif last < self.today or last > self.today + _FARTHEST:
            self.add_error("first_on", ValidationError(_("Choose days within the next three years.")))
        self.cleaned_data["last_on"] = last
