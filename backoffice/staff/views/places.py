"""Locations, modules, and where the signed-in person is working now."""

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, ListView, TemplateView, UpdateView

from backoffice.core.pages.addresses import next_page, whole_number
from backoffice.core.pages.toasts import toast
from backoffice.staff.forms import LocationForm
from backoffice.staff.models import Location
from backoffice.staff.services import save_location, switch_customer_module


@require_POST
def choose_place(request):
    """Scope the pages to one location or all, or move to another organisation of this person."""
    if "organisation" in request.POST:
        return _choose_organisation(request)
    wanted = request.POST.get("location", "")
    location = get_object_or_404(request.organisation.locations, pk=whole_number(wanted)) if wanted else None
    request.membership.location = location
    request.membership.save(update_fields=["location"])
    return redirect(next_page(request))


def _choose_organisation(request):
    mine = request.user.memberships.filter(is_active=True)
    membership = get_object_or_404(mine, organisation=whole_number(request.POST["organisation"]))
    request.user.membership = membership
    request.user.save(update_fields=["membership"])
    return redirect("home")  # the page before belongs to the other organisation


class LocationListView(PermissionRequiredMixin, ListView):
    """The houses of the organisation."""

    permission_required = "staff.manage_locations"
    template_name = "staff/location_list.html"

    def get_queryset(self):
        return self.request.organisation.locations.all()


class _LocationFormMixin(PermissionRequiredMixin):
    permission_required = "staff.manage_locations"
    form_class = LocationForm
    template_name = "staff/location_form.html"
    success_url = reverse_lazy("staff:locations")

    def form_valid(self, form):
        try:
            save_location(location=form.instance, actor=self.request.user, changed=form.changed_data)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        toast(self.request, _("%(name)s is saved.") % {"name": form.instance.name})
        return redirect(self.success_url)


class LocationCreateView(_LocationFormMixin, CreateView):
    """Add a house; it starts with the country and time zone of the organisation."""

    def get_form_kwargs(self):
        place = self.request.organisation
        blank = Location(organisation=place, country=place.country, timezone=place.timezone)
        return {**super().get_form_kwargs(), "instance": blank}


class LocationUpdateView(_LocationFormMixin, UpdateView):
    """Rename a house, correct its country or time zone."""

    def get_queryset(self):
        return self.request.organisation.locations.all()


class ModulesView(PermissionRequiredMixin, TemplateView):
    """Switch parts of the product on and off; data of a part that is off stays."""

    permission_required = "staff.manage_modules"
    template_name = "staff/modules.html"

    def post(self, request, *args, **kwargs):
        is_on = request.POST.get("customers") == "on"
        if is_on != request.organisation.collects_customers:
            switch_customer_module(organisation=request.organisation, is_on=is_on, actor=request.user)
        toast(request, _("Saved."))
        return redirect("staff:modules")
