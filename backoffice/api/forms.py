from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.api.scopes import Scope
from backoffice.core.pages.forms import OneLineField
from backoffice.core.text.text import validate_visible
from backoffice.staff.models import Location


class KeyForm(forms.Form):
    """What a new key is for, what it may do, where, and how long."""

    DAYS = [("90", _("for 90 days")), ("365", _("for a year")), ("", _("until it is revoked"))]

    name = OneLineField(
        label=_("Name"),
        max_length=80,
        validators=[validate_visible],
        help_text=_("Which till or shop uses it, for example: till at the bar"),
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    location = forms.ModelChoiceField(
        Location.objects.none(),
        label=_("Location"),
        required=False,
        empty_label=_("All locations"),
        help_text=_("Its orders belong there, and it sees no orders of other places."),
    )
    days = forms.ChoiceField(label=_("It works"), choices=DAYS, required=False, initial="365")

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["location"].queryset = organisation.locations.order_by("pk")

    def values(self) -> dict:
        """As `make_key` takes them."""
        days = self.cleaned_data["days"]
        return {
            "name": self.cleaned_data["name"],
            "scopes": self.cleaned_data["scopes"],
            "location": self.cleaned_data["location"],
            "expires_at": timezone.now() + timedelta(days=int(days)) if days else None,
        }
