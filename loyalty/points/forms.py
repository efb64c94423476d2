from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.fields import CountField, DayField
from backoffice.core.pages.forms import OneLineField
from backoffice.core.text.periods import local_day
from loyalty.points.correcting import MAX_POINTS


class ReasonField(OneLineField):
    """Why somebody did it; the ledger keeps it."""

    def __init__(self, **kwargs):
        super().__init__(label=_("Reason"), max_length=200, **kwargs)


class CorrectionForm(forms.Form):
    points = CountField(
        label=_("Points"),
        min_value=-MAX_POINTS,
        max_value=MAX_POINTS,
        widget=forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off"}),
        help_text=_("50 gives points, −50 takes some away."),
    )
    reason = ReasonField(help_text=_("Everybody who sees the ledger reads it."))

    def clean_points(self):
        points = self.cleaned_data["points"]
        if not points:
            raise ValidationError(_("0 changes nothing. Write 50 or −50, for example."))
        return points


def _day(label, **kwargs) -> DayField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return DayField(label=label, widget=widget, **kwargs)


class GiveBackForm(forms.Form):
    """Which expired points are given back, and how long they count now."""

    first = _day(_("Expired from"))
    last = _day(_("Expired until"))
    until = _day(_("They count until"))
    reason = ReasonField()

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        today = local_day(timezone.now(), organisation.tz)
        self.fields["first"].initial = today - timedelta(days=30)
        self.fields["last"].initial = today
        self.fields["until"].initial = today + timedelta(days=90)

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("This day lies before the first one."))
        return cleaned
