from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.forms import OneLineField
from customers.choices import Purpose
from customers.models import BulkAction
from customers.models.tag import MAX_LENGTH
from customers.records import clean_tags

_Kind = BulkAction.Kind


class BulkForm(forms.Form):
    """What a kind of action needs to know; most need nothing."""

    tag_name = OneLineField(  # `tag` is a filter of the list, which the same form carries
        label=_("Tag"),
        max_length=MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "known-tags"}),
    )
    purpose = forms.ChoiceField(label=_("Consent"), choices=Purpose.choices)

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        if kind not in (_Kind.TAG, _Kind.UNTAG):
            del self.fields["tag_name"]
        if kind != _Kind.WITHDRAW:
            del self.fields["purpose"]

    def clean_tag_name(self) -> str:
        return clean_tags([self.cleaned_data["tag_name"]])[0]
