from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.forms import OneLineField
from customers.choices import LastOrderStatus
from orders.models import Driver

NOBODY = "none"
UNDER_WAY = "under_way"
PUNCTUALITIES = [
    (LastOrderStatus.ON_TIME, LastOrderStatus.ON_TIME.label),
    (LastOrderStatus.LATE, LastOrderStatus.LATE.label),
    (UNDER_WAY, _("under way")),
]


class DeliveryFilters(forms.Form):
    """What narrows the report besides its period."""

    location = forms.MultipleChoiceField(label=_("Location"), required=False)
    driver = forms.MultipleChoiceField(label=_("Driver"), required=False)
    delivery = forms.ChoiceField(label=_("Delivered"), choices=PUNCTUALITIES, required=False)

    def __init__(self, data, *, locations, drivers):
        super().__init__(data)
        self.fields["location"].choices = [(str(place.pk), place.name) for place in locations]
        names = [(str(driver.pk), driver.name) for driver in drivers]
        self.fields["driver"].choices = [*names, (NOBODY, _("without driver"))] if names else []


class DriverForm(forms.ModelForm):
    class Meta:
        model = Driver
        fields = ["name"]
        field_classes = {"name": OneLineField}
