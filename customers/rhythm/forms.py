from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.fields import CountField
from customers.choices import Degree

MOST = 366  # visits there are days for in a year


class DegreesForm(forms.Form):
    """From how many visits in 12 months on a degree is."""

    occasional = CountField(label=Degree.OCCASIONAL.label, min_value=2, max_value=MOST)
    regular = CountField(label=Degree.REGULAR.label, min_value=3, max_value=MOST)
    champion = CountField(label=Degree.CHAMPION.label, min_value=4, max_value=MOST)

    def clean(self):
        cleaned = super().clean()
        for lower, higher in (("occasional", "regular"), ("regular", "champion")):
            if lower in cleaned and higher in cleaned and cleaned[higher] <= cleaned[lower]:
                least = cleaned[lower] + 1
                message = _("More than the degree below it, at least %(least)s.")
                self.add_error(higher, ValidationError(message, params={"least": least}))
        return cleaned
