"""What is typed of an order beside its lines."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.fields import CountField, MoneyField
from backoffice.core.pages.forms import OneLineField
from backoffice.core.text.periods import NoSuchTime, moment_of
from backoffice.core.text.phones import normalise_phone
from backoffice.core.text.text import validate_visible
from backoffice.staff.models import Location
from customers.models import Customer
from orders.choices import ServiceType
from orders.extensions import Wish
from orders.fulfilling import Placement, PlacementLine

SERVICES = (ServiceType.DELIVERY, ServiceType.PICKUP, ServiceType.DINE_IN)
_AHEAD = timedelta(days=60)
_MAX_POINTS = 10_000_000


def _line(label, length: int, **attrs) -> OneLineField:
    widget = forms.TextInput({"autocomplete": "off"} | attrs)
    return OneLineField(
        label=label, max_length=length, required=False, validators=[validate_visible], widget=widget
    )


class OrderForm(forms.Form):
    """Nothing is required here: what an order needs depends on its kind and stands in the bill's problems.

    `now` is aware.
    """

    location = forms.ModelChoiceField(Location.objects.none(), label=_("Location"), empty_label=None)
    service = forms.ChoiceField(choices=[(one, one.label) for one in SERVICES])
    customer = forms.ModelChoiceField(Customer.objects.none(), required=False, widget=forms.HiddenInput)
    token = forms.UUIDField(widget=forms.HiddenInput)
    name = _line(_("Name, card number"), 160)
    phone = _line(_("Phone"), 40, type="tel")
    destination = _line(_("Address"), 300)
    table = _line(_("Table"), 80, list="tables")
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    at = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    coupon = _line(_("Coupon code"), 60, autocapitalize="characters", spellcheck="false")
    points = CountField(
        label=_("Points"),
        required=False,
        min_value=0,
        max_value=_MAX_POINTS,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    note = _line(_("Note"), 300)

    def __init__(self, *args, organisation, now: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation, self.now = organisation, now
        self.fields["location"].queryset = organisation.locations.all()
        self.fields["customer"].queryset = Customer.objects.of(organisation).select_related("stats")
        tip = MoneyField(label=_("Tip"), currency=organisation.currency, required=False)
        tip.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        self.fields["tip"] = tip
        for name in ("day", "at", "coupon", "points", "tip"):
            self.fields[name].width = "w-3"

    def clean_location(self) -> Location:
        location = self.cleaned_data["location"]
        location.organisation = self.organisation
        return location

    def clean_customer(self) -> Customer | None:
        if customer := self.cleaned_data["customer"]:
            customer.organisation = self.organisation
            if not customer.is_active:
                raise ValidationError(_("This customer is inactive."))
        return customer

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"].strip()
        return normalise_phone(typed, self.organisation.country) if typed else ""

    def clean_tip(self) -> int:
        cents = self.cleaned_data["tip"] or 0
        if cents < 0:
            raise ValidationError(_("A tip is not negative."))
        return cents

    def clean(self):
        values = self.cleaned_data
        if values.get("at") and values.get("location") and "day" not in self.errors:
            try:
                self._clean_moment(values["day"] or self._today(), values["at"], values["location"])
            except ValidationError as error:
                self.add_error("at", error)
        return values

    def _today(self) -> date:
        return self.now.astimezone(self.cleaned_data["location"].tz).date()

    def _clean_moment(self, day: date, at, location) -> None:
        if not date.min + _AHEAD < day < date.max - _AHEAD or day > self._today() + _AHEAD:
            raise ValidationError(_("Choose a day within the next two months."))
        try:
            moment = moment_of(day, at, location.tz)
        except NoSuchTime:
            raise ValidationError(
                _("The clocks are set forward in this night: this time does not exist. Choose another.")
            ) from None
        self.cleaned_data["promised_at"] = moment

    def placement(self, lines: list[PlacementLine]) -> Placement:
        """The order as far as it could be read; what could not is left out of it."""
        values = self.cleaned_data
        service = values.get("service") or ServiceType.PICKUP
        where = {ServiceType.DELIVERY: "destination", ServiceType.DINE_IN: "table"}.get(service)
        customer = values.get("customer")
        return Placement(
            location=values["location"],
            service_type=service,
            lines=tuple(lines),
            now=self.now,
            token=values.get("token") or uuid4(),
            customer=customer,
            name="" if customer else values.get("name", ""),
            phone="" if customer else values.get("phone", ""),
            destination=values.get(where, "") if where else "",
            promised_at=values.get("promised_at"),
            tip_cents=values.get("tip") or 0,
            note=values.get("note", ""),
            wish=Wish(values.get("coupon", ""), values.get("points") or 0),
        )
