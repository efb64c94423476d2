from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.fields import CountField, MoneyField
from backoffice.core.pages.forms import OneLineField
from orders.catalogue.values import SHARE_LIMITS, TAXES, parse_rate, require_not_negative, share_at_second
from orders.choices import Allergen
from orders.models import Product
from orders.models.product import product_key


class TaxRateField(forms.CharField):
    """Per cent with up to two decimals, typed as people write them."""

    def to_python(self, value):
        return parse_rate(super().to_python(value))

    def prepare_value(self, value):
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _narrow(field):
    field.width = "w-3"
    return field


def _rate(label, **kwargs) -> TaxRateField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return _narrow(TaxRateField(label=label, required=False, widget=widget, **kwargs))


class ProductForm(forms.ModelForm):
    """A product of the instance's organisation."""

    name = OneLineField(label=_("Name"), max_length=120)
    category = OneLineField(label=_("Category"), max_length=60, required=False)
    tax_rate = _rate(_("Tax rate in %"))
    second_tax_rate = _rate(_("Second tax rate in %"), help_text=_("Only for a menu of food and drinks."))
    second_tax_pct = _narrow(
        CountField(
            label=_("Share at the second rate in %"),
            validators=SHARE_LIMITS,
            required=False,
            help_text=_("Of the price. Empty: 30."),
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )
    )
    allergens = forms.MultipleChoiceField(
        label=_("Allergens"),
        choices=Allergen.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_available = forms.BooleanField(label=_("On the menu"), required=False)
    is_delivery_fee = forms.BooleanField(
        label=_("Delivery fee"),
        required=False,
        help_text=_("Added to every delivery that is taken here. One product at most."),
    )

    class Meta:
        model = Product
        fields = ["name", "category", "tax_rate", "second_tax_rate", "second_tax_pct", "allergens"]
        fields += ["is_available", "is_delivery_fee"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        currency = self.instance.organisation.currency
        for name, label, required in (("price_cents", _("Price"), True), ("cost_cents", _("Cost"), False)):
            field = _narrow(MoneyField(label=label, currency=currency, required=required))
            field.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
            field.initial = getattr(self.instance, name)
            self.fields[name] = field
        self.fields["cost_cents"].help_text = _("Cost of goods per piece. Empty: unknown.")
        self.fields["category"].widget.attrs |= {"list": "categories", "autocomplete": "off"}
        self.order_fields(["name", "category", "price_cents", "cost_cents"])

    def clean_name(self):
        name = self.cleaned_data["name"]
        others = Product.objects.filter(
            organisation=self.instance.organisation, name_key=product_key(name)
        ).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(_("There is a product with this name already."))
        return name

    def clean_is_delivery_fee(self):
        is_fee = self.cleaned_data["is_delivery_fee"]
        fees = Product.objects.filter(organisation=self.instance.organisation, is_delivery_fee=True)
        if is_fee and (other := fees.exclude(pk=self.instance.pk).first()):
            raise ValidationError(_("The delivery fee is %(name)s already.") % {"name": other.name})
        return is_fee

    def clean_price_cents(self):
        return require_not_negative(self.cleaned_data["price_cents"])

    def clean_cost_cents(self):
        return require_not_negative(self.cleaned_data["cost_cents"])

    def clean(self):
        cleaned = super().clean()
        if self.errors.keys().isdisjoint(TAXES):
            try:
                cleaned["second_tax_pct"] = share_at_second(*(cleaned[name] for name in TAXES))
            except ValidationError as error:
                self.add_error("tax_rate", error)
        return cleaned

    def _post_clean(self):
        """The model's own check would ask for its key, which comes with saving."""
        if not self.errors:
            for name in self.fields:
                setattr(self.instance, name, self.cleaned_data[name])

    def product(self) -> Product:
        """The product as it was typed; nothing is saved."""
        return self.instance
