from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.forms import OneLineField


class PatternForm(forms.Form):
    """What shall be added; whether it may is said by `patterns.add_pattern`."""

    pattern = OneLineField(
        label=_("Phone, e-mail or pattern"),
        max_length=254,
        help_text=_("For example *@orders.example.org or +4930123*. The star stands for anything."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class TestForm(forms.Form):
    """A phone or an e-mail as somebody has it before them."""

    value = OneLineField(
        label=_("Phone or e-mail"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
