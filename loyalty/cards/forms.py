import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.fields import CountField, MoneyField
from backoffice.core.pages.forms import OneLineField
from backoffice.core.text.phones import normalise_phone
from customers.contacts import owner_of
from customers.models import Customer
from loyalty.cards.cards import MAX_BATCH, customer_by_email
from loyalty.cards.numbers import parse_number
from loyalty.choices import CardKind

_NUMBER_OF_PROFILE = re.compile(r"K\W?(\d{1,15})\Z", re.ASCII | re.IGNORECASE)


class CardNumberField(forms.CharField):
    """A number that is typed, or scanned: a scanner ends it with Enter."""

    def __init__(self, **kwargs):
        attrs = {"data-scan": "", "inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            **{"label": _("Card number"), "max_length": 80, "widget": forms.TextInput(attrs=attrs)} | kwargs
        )

    def to_python(self, value):
        text = super().to_python(value)
        return parse_number(text) if text else ""


def _stamps_needed() -> CountField:
    return CountField(
        label=_("Stamps for a free one"),
        min_value=2,
        max_value=100,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Punch cards only; empty: 10."),
    )


class AddCardForm(forms.Form):
    number = CardNumberField()
    kind = forms.ChoiceField(label=_("Kind"), choices=CardKind.choices)
    email = forms.EmailField(
        label=_("E-mail of the customer"),
        max_length=254,
        required=False,
        help_text=_("The card is linked to the customer with this e-mail."),
    )
    stamps_needed = _stamps_needed()

    def clean_stamps_needed(self):
        return self.cleaned_data["stamps_needed"] or 10


class BatchForm(forms.Form):
    name = OneLineField(label=_("Name of the batch"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=CardKind.choices)
    size = CountField(
        label=_("How many cards"),
        min_value=1,
        max_value=MAX_BATCH,
        initial=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("From 1 to 1,000."),
    )
    stamps_needed = _stamps_needed()

    clean_stamps_needed = AddCardForm.clean_stamps_needed


class NumberForm(forms.Form):
    """Which card: to link to a customer, or to put in the place of another."""

    number = CardNumberField()


class CustomerForm(forms.Form):
    """Whose card it is."""

    customer = forms.CharField(
        label=_("Customer"),
        max_length=254,
        help_text=_("E-mail, phone or number of the customer, such as K-726."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def clean_customer(self):
        customer = self._find(self.cleaned_data["customer"])
        if customer is None:
            raise ValidationError(_("Nobody is known by this. Check it, or add the customer first."))
        return customer

    def _find(self, text: str) -> Customer | None:
        customers = Customer.objects.of(self.organisation)
        if number := _NUMBER_OF_PROFILE.match(text):
            return customers.filter(pk=int(number[1])).first()
        if "@" in text:
            return customer_by_email(self.organisation, text)
        phone = normalise_phone(text, self.organisation.country)
        return owner_of(self.organisation, phone=phone).first() if phone else None


class BalanceForm(forms.Form):
    """What the till says."""

    def __init__(self, *args, currency, **kwargs):
        super().__init__(*args, **kwargs)
        help_text = _("Written down, not spent: gift value is spent at the till alone.")
        self.fields["cents"] = MoneyField(
            label=_("Balance at the till"), currency=currency, help_text=help_text
        )
        self.fields["cents"].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean_cents(self):
        cents = self.cleaned_data["cents"]
        if cents is not None and cents < 0:
            raise ValidationError(_("A balance is not negative."))
        return cents
