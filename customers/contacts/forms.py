from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.forms import OneLineField
from backoffice.core.text.phones import normalise_phone


class ContactForm(forms.Form):
    """A phone or an e-mail; `region` reads numbers without a prefix."""

    value = OneLineField(
        label=_("Phone or e-mail"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_shared = forms.BooleanField(
        label=_("Several people share it"),
        required=False,
        help_text=_(
            "A family's line, a secretary, a platform's address: orders are then told apart by the name."
        ),
    )

    def __init__(self, *args, region: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.region = region

    def clean_value(self) -> str:
        value = self.cleaned_data["value"]
        if "@" not in value:
            return normalise_phone(value, self.region)
        try:
            validate_email(value)
        except ValidationError:
            raise ValidationError(_("This is not a valid e-mail address.")) from None
        return value
