from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.fields import CountField, MoneyField
from backoffice.core.text.numbers import parse_number
from loyalty.models import Programme
from orders.models import Product

_MOST_PER_EURO = Decimal("9999.99")
MAX_POINTS = 1_000_000
MAX_VALUE_CENTS = 1_000_000
MAX_MONTHS = 120


class RateField(forms.CharField):
    """A number with up to two decimals, typed as people write one."""

    def to_python(self, value):
        text = super().to_python(value)
        number = parse_number(text[:40]) if text else None
        if text and (number is None or not 0 <= number <= _MOST_PER_EURO or number != round(number, 2)):
            raise ValidationError(_("Write a number with up to two decimals, for example 1.5."), code="rate")
        return number

    def prepare_value(self, value):
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _count(label, **kwargs) -> CountField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    field = CountField(label=label, widget=widget, **kwargs)
    field.width = "w-3"
    return field


class ProgrammeForm(forms.ModelForm):
    points_per_euro = RateField(label=_("Points per euro"))
    points_per_order = _count(_("Points per order"), min_value=0, max_value=MAX_POINTS)
    minimum_points = _count(_("Points redeemed at once, at least"), min_value=1, max_value=MAX_POINTS)
    expires_after_months = _count(
        _("Points expire after months"),
        min_value=1,
        max_value=MAX_MONTHS,
        required=False,
        help_text=_("Empty: never. They count through the last day."),
    )
    excluded_products = forms.ModelMultipleChoiceField(
        Product.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Programme
        fields = [
            *("is_active", "points_per_euro", "points_per_order", "minimum_points"),
            *("expires_after_months", "excluded_products"),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        organisation = self.instance.organisation
        products = Product.objects.filter(organisation=organisation).order_by("category", "name_key")
        self.fields["excluded_products"].queryset = products
        self.fields["excluded_products"].label = _("Products that earn nothing")
        for name in ("points_per_euro",):
            self.fields[name].width = "w-3"
            self.fields[name].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        if organisation.currency != "EUR":
            label = _("Points per %(currency)s") % {"currency": organisation.currency}
            self.fields["points_per_euro"].label = label
        value = MoneyField(label=_("A point is worth"), currency=organisation.currency)
        value.width = "w-3"
        value.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        value.initial = self.instance.point_value_cents
        self.fields["point_value_cents"] = value
        self.order_fields([*self._meta.fields[:3], "point_value_cents"])

    def clean_point_value_cents(self):
        cents = self.cleaned_data["point_value_cents"]
        if cents is not None and not 1 <= cents <= MAX_VALUE_CENTS:
            raise ValidationError(_("A point is worth at least the smallest coin, for example 0.01."))
        return cents

    def rules(self) -> Programme:
        """The rules as they are typed, those that cannot be read as they are stored; nothing is saved."""
        for name in [*self._meta.fields[:-1], "point_value_cents"]:
            if name in self.cleaned_data:
                setattr(self.instance, name, self.cleaned_data[name])
        return self.instance
