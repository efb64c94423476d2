from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.text import has_control_characters
from customers.choices import ConsentMethod


class GrantForm(forms.Form):
    """The evidence that a grant needs: how and when (PRODUCT G2)."""

    METHODS = [
        ("", _("Please choose")),
        (ConsentMethod.IN_PERSON, _("In person at the restaurant")),
        (ConsentMethod.PAPER, _("Signed form")),
        (ConsentMethod.PHONE, _("By phone")),
        (ConsentMethod.EMAIL, _("By e-mail")),
        (ConsentMethod.WEB_FORM, _("Web form")),
    ]
    method = forms.ChoiceField(label=_("How was it given?"), choices=METHODS)
    occurred_at = forms.DateTimeField(
        label=_("When?"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    origin = forms.CharField(
        label=_("Remark"), required=False, max_length=200, help_text=_("For example: form at table 12")
    )

    def clean_occurred_at(self):
        moment = self.cleaned_data["occurred_at"]
        if moment > timezone.now():
            raise ValidationError(_("This lies in the future."))
        if moment.year < 1990:
            raise ValidationError(_("This is too long ago to be right."))
        return moment

    def clean_origin(self):
        text = self.cleaned_data["origin"]
        if has_control_characters(text):
            raise ValidationError(_("This text has characters that cannot be stored."))
        return text
