"""`/settings/locations/<id>/hours/`: when a location takes customers."""

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from backoffice.core.text.periods import local_day
from backoffice.staff.models import ClosedDays, Location
from backoffice.staff.opening_hours.changes import add_closed_days, remove_closed_days, set_hours
from backoffice.staff.opening_hours.forms import ClosedDaysForm, HoursForm
from backoffice.staff.opening_hours.openings import openings_of

RIGHT = "staff.manage_locations"


class _LocationPage(PermissionRequiredMixin, FormView):
    permission_required = RIGHT
    template_name = "staff/opening_hours/page.html"

    @cached_property
    def location(self) -> Location:
        location = get_object_or_404(self.request.organisation.locations, pk=self.kwargs["pk"])
        location.organisation = self.request.organisation
        return location

    @cached_property
    def today(self):
        return local_day(now(), self.location.tz)

    @cached_property
    def openings(self):
        return openings_of([self.location], since=self.today)[self.location.pk]

    def get_context_data(self, **kwargs):
        formats = formats_for(self.request.organisation)
        closed = [
            (days, formats.day(days.first_on), formats.day(days.last_on)) for days in self.openings.closed
        ]
        forms = {"hours": HoursForm(openings=self.openings), "closing": ClosedDaysForm(today=self.today)}
        context = forms | {"closed": closed, "location": self.location} | kwargs
        return super().get_context_data(**context)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(**{self.shown_as: form}), status=422)


class HoursView(_LocationPage):
    """Hours by weekday, and the closed days that are not over."""

    form_class = HoursForm
    shown_as = "hours"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"openings": self.openings}

    def form_valid(self, form):
        changed = set_hours(self.location, form.hours, actor=self.request.user)
        toast(self.request, _("The hours are saved.") if changed else _("Nothing was changed."))
        return redirect("staff:location_hours", self.location.pk)


class ClosedDaysView(_LocationPage):
    """Close the location for a day or several."""

    http_method_names = ["post"]
    form_class = ClosedDaysForm
    shown_as = "closing"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"today": self.today}

    def form_valid(self, form):
        add_closed_days(self.location, **form.cleaned_data, actor=self.request.user)
        toast(self.request, _("The closed days are saved. Look at the bookings in conflict."))
        return redirect("staff:location_hours", self.location.pk)


@require_POST
@permission_required(RIGHT, raise_exception=True)
def remove_closed(request, pk: int):
    mine = ClosedDays.objects.filter(location__organisation=request.organisation)
    days = get_object_or_404(mine.select_related("location__organisation"), pk=pk)
    remove_closed_days(days, actor=request.user)
    toast(request, _("The location is open on these days again."))
    return redirect("staff:location_hours", days.location_id)
