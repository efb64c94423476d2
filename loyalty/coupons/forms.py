from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.fields import CountField, DayField, MoneyField
from backoffice.core.text.phones import normalise_phone
from loyalty.choices import CouponKind
from loyalty.coupons.claiming import tidy_code
from loyalty.coupons.making import MAX_CODES
from loyalty.coupons.words import weekday_names
from loyalty.models import Coupon
from orders.choices import ServiceType
from orders.extensions import DraftLine, OrderDraft
from orders.models import Product

MAX_USES = 1_000_000
_VALUES = {CouponKind.PERCENT: "percent", CouponKind.AMOUNT: "amount_cents", CouponKind.PRODUCT: "product"}


def _count(label, **kwargs) -> CountField:
    attrs = {"inputmode": "numeric", "autocomplete": "off"}
    field = CountField(label=label, widget=forms.TextInput(attrs=attrs), **kwargs)
    field.width = "w-3"
    return field


def _money(label, currency, **kwargs) -> MoneyField:
    field = MoneyField(label=label, currency=currency, **kwargs)
    field.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
    field.width = "w-3"
    return field


def _day(label, **kwargs) -> DayField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    field = DayField(label=label, widget=widget, **kwargs)
    field.width = "w-3"
    return field


def _time(label, **kwargs) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    field = forms.TimeField(label=label, widget=widget, **kwargs)
    field.width = "w-3"
    return field


class CouponForm(forms.ModelForm):
    percent = _count(_("Per cent"), min_value=1, max_value=100, required=False)
    max_uses = _count(_("Uses in all"), min_value=1, max_value=MAX_USES, required=False)
    max_uses_per_customer = _count(_("Uses per customer"), min_value=1, max_value=MAX_USES, required=False)
    starts_on, ends_on = _day(_("Valid from"), required=False), _day(_("Valid until"), required=False)
    from_time, to_time = _time(_("From"), required=False), _time(_("Until"), required=False)
    weekdays = forms.MultipleChoiceField(label=_("Days"), required=False, widget=forms.CheckboxSelectMultiple)
    service_types = forms.MultipleChoiceField(
        label=_("Kinds of order"),
        required=False,
        choices=ServiceType.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Coupon
        fields = [
            *("code", "kind", "percent", "product", "starts_on", "ends_on", "from_time", "to_time"),
            *("service_types", "locations", "max_uses", "max_uses_per_customer"),
        ]
        widgets = {
            "locations": forms.CheckboxSelectMultiple,
            "code": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        organisation = self.instance.organisation
        self.fields["product"].queryset = Product.objects.filter(organisation=organisation).order_by(
            "name_key"
        )
        self.fields["product"].label = _("Product")
        self.fields["product"].empty_label = "–"
        self.fields["kind"].choices = CouponKind.choices
        self.fields["product"].required = self.fields["locations"].required = False
        self.fields["locations"].queryset = organisation.locations.order_by("pk")
        self.fields["locations"].label = _("Locations")
        self.fields["code"].help_text = _("Letters and digits, for example HERBST10.")
        names = weekday_names((get_language() or "de")[:2])
        self.fields["weekdays"].choices = [(str(day), name) for day, name in enumerate(names)]
        self.fields["weekdays"].initial = [
            str(day) for day in range(7) if self.instance.weekday_bits >> day & 1
        ]
        amount = _money(_("Amount"), organisation.currency, required=False)
        minimum = _money(_("Minimum order"), organisation.currency, required=False)
        amount.initial, minimum.initial = self.instance.amount_cents, self.instance.minimum_cents or None
        self.fields["amount_cents"], self.fields["minimum_cents"] = amount, minimum

    def clean_code(self):
        code = tidy_code(self.cleaned_data["code"])
        if not 2 <= len(code) <= 40 or not code.replace("-", "").replace("_", "").isalnum():
            raise ValidationError(_("Between 2 and 40 letters and digits, for example HERBST10."))
        return code

    def clean_minimum_cents(self):
        cents = self.cleaned_data["minimum_cents"] or 0
        if cents < 0:
            raise ValidationError(_("An amount is not negative."))
        return cents

    def clean_weekdays(self):
        chosen = self.cleaned_data["weekdays"]
        if not chosen:
            raise ValidationError(_("Choose at least one day."))
        return chosen

    def clean(self):
        cleaned = super().clean()
        wanted = _VALUES.get(cleaned.get("kind"))
        for name in _VALUES.values():
            if name == wanted and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("This kind of coupon needs a value here."))
            elif name != wanted:
                cleaned[name] = None
        if (cleaned.get("amount_cents") or 1) < 1:
            self.add_error("amount_cents", _("An amount is not negative."))
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("This day lies before the first one."))
        return cleaned

    def coupon(self) -> Coupon:
        """The coupon as it was typed; nothing is saved."""
        for name in ("amount_cents", "minimum_cents", "percent", "product"):
            setattr(self.instance, name, self.cleaned_data[name])
        self.instance.weekday_bits = sum(1 << int(day) for day in self.cleaned_data["weekdays"])
        return self.instance

    def _post_clean(self):
        """The model's own checks come with saving: the code of another coupon is told there."""
        if not self.errors:
            for name in self._meta.fields:
                if name != "locations":
                    setattr(self.instance, name, self.cleaned_data[name])


class CodesForm(forms.Form):
    count = _count(_("How many codes"), min_value=1, max_value=MAX_CODES, initial=100)


class TrialForm(forms.Form):
    """An order that is not there: would it get the coupon?"""

    service_type = forms.ChoiceField(label=_("Kind of order"), choices=ServiceType.choices)
    location = forms.ModelChoiceField(None, label=_("Location"), empty_label=None)
    day = _day(_("Day"))
    time = _time(_("Time"))
    contact = forms.CharField(label=_("Phone or e-mail"), required=False, max_length=254)
    has_product = forms.BooleanField(label=_("The product is in the order"), required=False)

    def __init__(self, *args, coupon: Coupon, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance = coupon
        organisation = coupon.organisation
        now = timezone.now().astimezone(organisation.tz)
        self.fields["location"].queryset = organisation.locations.order_by("pk")
        self.fields["location"].initial = organisation.locations.first()
        self.fields["day"].initial, self.fields["time"].initial = now.date(), now.time().replace(second=0)
        total = _money(_("Amount of the order"), organisation.currency)
        fee = _money(_("Delivery fee"), organisation.currency, required=False)
        total.width = ""
        total.initial = max(coupon.minimum_cents, 2_500)
        self.fields["total_cents"], self.fields["fee_cents"] = total, fee
        if coupon.kind != CouponKind.PRODUCT:
            del self.fields["has_product"]
        if coupon.kind != CouponKind.DELIVERY:
            del self.fields["fee_cents"]
        self.order_fields(["total_cents", "fee_cents", "has_product"])

    def clean_total_cents(self):
        cents = self.cleaned_data["total_cents"]
        if cents is not None and cents < 0:
            raise ValidationError(_("An amount is not negative."))
        return cents

    def clean_fee_cents(self):
        return max(0, self.cleaned_data["fee_cents"] or 0)

    def draft(self) -> OrderDraft:
        given = self.cleaned_data
        price = self.instance.product.price_cents if given.get("has_product") and self.instance.product else 0
        lines = [DraftLine(0, 1, max(0, given["total_cents"] - price))]
        if given.get("has_product"):
            lines.append(DraftLine(self.instance.product_id, 1, min(price, given["total_cents"])))
        location = given["location"]
        return OrderDraft(
            lines=tuple(lines),
            service_type=given["service_type"],
            location=location,
            placed_at=datetime.combine(given["day"], given["time"], tzinfo=location.tz),
            delivery_fee_cents=given.get("fee_cents") or 0,
            **self._contact(given["contact"]),
        )

    def _contact(self, text: str) -> dict[str, str]:
        if "@" in text:
            return {"email": text}
        try:
            return {"phone": normalise_phone(text, self.instance.organisation.country) if text else ""}
        except ValidationError:
            return {}
