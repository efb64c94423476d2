"""`/settings/degrees/`: from how many visits on somebody is a regular."""

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView

from backoffice.core.pages.toasts import toast
from customers.rhythm.forms import DegreesForm
from customers.rhythm.saving import DEGREE_FIELDS, save_degrees


class DegreesView(PermissionRequiredMixin, FormView):
    permission_required = "staff.manage_modules"
    form_class = DegreesForm
    template_name = "customers/rhythm/degrees.html"

    def get_initial(self):
        organisation = self.request.organisation
        return {name.removesuffix("_from"): getattr(organisation, name) for name in DEGREE_FIELDS}

    def form_valid(self, form):
        if form.has_changed():
            save_degrees(self.request.organisation, **form.cleaned_data, actor=self.request.user)
        toast(self.request, _("Saved. Customers have their new degree within a minute."))
        return redirect("degrees:edit")

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)
