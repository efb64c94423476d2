from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.outgoing import AddressRefused, NotReached, check_address
from backoffice.core.pages.forms import OneLineField
from backoffice.core.text.text import validate_visible
from backoffice.outbox.choices import CHOSEN


class SubscriberForm(forms.Form):
    """Who hears of what, and where."""

    name = OneLineField(
        label=_("Name"),
        max_length=80,
        validators=[validate_visible],
        help_text=_("Who receives it, for example: newsletter"),
    )
    url = OneLineField(
        label=_("Address"),
        max_length=500,
        help_text=_("Begins with https:// and is shown by the program that receives."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    topics = forms.MultipleChoiceField(
        label=_("It hears of"), choices=CHOSEN, widget=forms.CheckboxSelectMultiple
    )

    def clean_url(self):
        url = self.cleaned_data["url"]
        try:
            check_address(url)
        except AddressRefused as error:
            raise forms.ValidationError(str(error), code="address") from None
        except NotReached:
            pass  # a name that nobody knows today may be known tomorrow: a test tells
        return url
