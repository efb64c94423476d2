"""Step 2: which column is which part of an order, and what holds where the file says nothing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.imports.pages.forms import ColumnsForm
from backoffice.imports.profiling import IGNORED, FileProfile
from backoffice.staff.models import Location
from customers.choices import Source
from orders.importing.fields import DAYS, OF_LINE, OF_ORDER
from orders.importing.mapping import OrderMapping
from orders.models import OrderImport


class OrderColumnsForm(ColumnsForm):
    days = DAYS

    source = forms.ChoiceField(label=_("Source of orders that name none"), choices=Source.choices)
    location = forms.ModelChoiceField(
        label=_("Location of orders that name none"),
        queryset=Location.objects.none(),
        required=False,
        empty_label=None,
    )

    def __init__(self, data, *, run: OrderImport, organisation):
        mapping = OrderMapping.from_json(run.mapping)
        super().__init__(
            data,
            profile=FileProfile.from_json(run.profile),
            columns=mapping.columns,
            day_orders=mapping.day_orders,
            choices=[
                (IGNORED, _("Do not import")),
                (_("Order"), list(OF_ORDER.items())),
                (_("Line of the order"), list(OF_LINE.items())),
            ],
            initial={"source": mapping.source, "location": mapping.location_id},
        )
        locations = organisation.locations.order_by("pk")
        if len(locations) > 1:
            self.fields["location"].queryset = locations
        else:
            del self.fields["location"]

    def mapping(self) -> OrderMapping:
        location = self.cleaned_data.get("location")
        return OrderMapping(
            self.columns, self.day_orders(), location and location.pk, self.cleaned_data["source"]
        )
