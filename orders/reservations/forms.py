"""What people type of a reservation, and of a table."""

from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.forms import OneLineField
from backoffice.core.text.periods import NoSuchTime, moment_of
from backoffice.core.text.phones import normalise_phone
from backoffice.core.text.text import validate_storable, validate_visible
from customers.models import Customer
from orders.choices import ReservationState
from orders.models import DiningTable
from orders.models.reservation import SLOT_MINUTES
from orders.reservations.booking import Wish
from orders.reservations.conflicts import closure_at
from orders.reservations.words import duration, why_closed

_BACK, _AHEAD = timedelta(days=366), timedelta(days=2 * 366)
_DURATIONS = [*range(30, 181, 15), *range(210, 361, 30), 480, 720]
_STATES = [ReservationState.CONFIRMED, ReservationState.REQUESTED]


class ReservationForm(forms.Form):
    """One form for adding and changing. After `is_valid`, `wish` is what is wanted.

    `customers` are those who may be meant, the one who is chosen among them.
    """

    name = OneLineField(label=_("Customer"), max_length=160, required=False, validators=[validate_visible])
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput({"type": "tel"})
    )
    customer = forms.ModelChoiceField(Customer.objects.none(), required=False, widget=forms.HiddenInput)
    day = forms.DateField(label=_("Date"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    at = forms.TimeField(
        label=_("Time"), widget=forms.TimeInput({"type": "time", "step": SLOT_MINUTES * 60}, format="%H:%M")
    )
    party = forms.IntegerField(
        label=_("People"), min_value=1, max_value=500, widget=forms.NumberInput({"inputmode": "numeric"})
    )
    minutes = forms.TypedChoiceField(label=_("Duration"), coerce=int)
    table = forms.ModelChoiceField(DiningTable.objects.none(), label=_("Table"), required=False)
    area = OneLineField(label=_("Wished area"), max_length=40, required=False, validators=[validate_visible])
    state = forms.ChoiceField(label=_("Status"), choices=[(one, one.label) for one in _STATES])
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        validators=[validate_storable, validate_visible],
    )
    book_anyway = forms.BooleanField(label=_("Book anyway"), required=False)
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, location, today: date, formats, reservation=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.location, self.today, self.formats, self.reservation = location, today, formats, reservation
        organisation = location.organisation
        self.collects = organisation.collects_customers
        self.fields["customer"].queryset = Customer.objects.of(organisation)
        tables = DiningTable.objects.filter(location=location).order_by("area", Length("name"), "name")
        held = reservation.table_id if reservation else None
        self.fields["table"].queryset = tables.filter(is_active=True) | tables.filter(pk=held)
        self.fields["table"].label_from_instance = table_label
        self.fields["table"].empty_label = _("Still open")
        self.fields["minutes"].choices = self._durations()
        for name in ("day", "at", "party", "minutes", "table", "area"):
            self.fields[name].width = "w-3"
        if reservation:
            del self.fields["state"]

    def _durations(self) -> list[tuple[int, str]]:
        own = {self.reservation.minutes} if self.reservation else set()
        return [(minutes, duration(minutes)) for minutes in sorted({*_DURATIONS, *own})]

    def clean_phone(self):
        typed = self.cleaned_data["phone"].strip()
        return normalise_phone(typed, self.location.country) if typed else ""

    def clean_day(self):
        day = self.cleaned_data["day"]
        if not self.today - _BACK <= day <= self.today + _AHEAD:
            raise ValidationError(_("Choose a day from the last year to two years ahead."))
        return day

    def clean_at(self):
        at = self.cleaned_data["at"]
        if at.minute % SLOT_MINUTES or at.second or at.microsecond:
            raise ValidationError(_("Times are quarters of an hour, for example 19:15."))
        return at

    def clean(self):
        values = self.cleaned_data
        is_told = values.get("customer") or values.get("name")
        if not is_told and not {"name", "phone", "customer"} & set(self.errors):
            self.add_error("name", _("Say who comes."))
        if "day" in values and "at" in values:
            self._clean_moment(values)

    def _clean_moment(self, values) -> None:
        try:
            self.starts_at = moment_of(values["day"], values["at"], self.location.tz)
        except NoSuchTime:
            told = _("The clocks are set forward in this night: this time does not exist. Choose another.")
            self.add_error("at", told)
            return
        self.closure = closure_at(self.location, self.starts_at)
        if self.closure and not values.get("book_anyway"):
            self.add_error("book_anyway", why_closed(self.closure, self.formats))

    @property
    def asks_anyway(self) -> bool:
        """Whether the tick is shown: the location is closed then, and somebody has to mean it."""
        return "book_anyway" in self.errors or bool(self["book_anyway"].value())

    @property
    def wish(self) -> Wish:
        values = self.cleaned_data
        customer, table = values["customer"], values["table"]
        return Wish(
            starts_at=self.starts_at,
            minutes=values["minutes"],
            party=values["party"],
            name="" if customer else values["name"],
            phone="" if customer else values["phone"],
            customer_id=customer.pk if customer else None,
            table_id=table.pk if table else None,
            area=values["area"],
            note=values["note"].strip(),
            state=values.get("state", ReservationState.CONFIRMED),
            is_booked_anyway=self.closure is not None,
        )


def table_label(table: DiningTable) -> str:
    words = {"name": table.name, "seats": table.seats, "area": table.area}
    told = _("%(name)s, %(seats)d seats, %(area)s") if table.area else _("%(name)s, %(seats)d seats")
    return told % words


class TableForm(forms.ModelForm):
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=500)

    class Meta:
        model = DiningTable
        fields = ["name", "area", "seats", "is_active"]
        field_classes = {"name": OneLineField, "area": OneLineField}
        labels = {"is_active": _("In use")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("name", "area"):
            self.fields[name].validators.append(validate_visible)
        if not self.instance.pk:
            del self.fields["is_active"]

    def clean_name(self):
        name = self.cleaned_data["name"]
        rivals = DiningTable.objects.filter(location=self.instance.location, name__iexact=name)
        if rivals.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a table of this name already."))
        return name
