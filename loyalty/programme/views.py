"""`/loyalty/programme/`: the rules, with what they mean for an order."""

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from loyalty.models import Programme
from loyalty.programme.forms import ProgrammeForm
from loyalty.programme.saving import programme_of, save_programme
from loyalty.rules import points_for

_UNITS, _POINTS = 25, 500  # the order and the points of the example


class _ProgrammePage(PermissionRequiredMixin):
    permission_required = "loyalty.view_programme"


class ProgrammeView(_ProgrammePage, FormView):
    """Everybody reads the rules; who may change them does it here."""

    form_class = ProgrammeForm
    template_name = "loyalty/programme/page.html"

    def has_permission(self):
        right = "loyalty.change_programme" if self.request.method == "POST" else self.permission_required
        return self.request.user.has_perm(right)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": programme_of(self.request.organisation)}

    def form_valid(self, form):
        excluded = form.cleaned_data["excluded_products"]
        save_programme(form.rules(), excluded=excluded, actor=self.request.user, changed=form.changed_data)
        toast(self.request, _("The programme is saved. It counts for orders from now on."))
        return redirect("loyalty:programme")

    def get_context_data(self, **kwargs):
        stored = programme_of(self.request.organisation)
        return super().get_context_data(**kwargs, programme=stored, example=example(stored))


class PreviewView(_ProgrammePage, View):
    """The example for rules that somebody is typing."""

    permission_required = "loyalty.change_programme"

    def get(self, request):
        form = ProgrammeForm(request.GET, instance=programme_of(request.organisation))
        form.is_valid()
        return render(request, "loyalty/programme/_example.html", {"example": example(form.rules())})


def example(programme: Programme) -> dict[str, str]:
    """What an order earns and what points are worth, in the formats of the reader."""
    formats = formats_for(programme.organisation)
    total = _UNITS * formats.cents_per_unit
    points = points_for(
        total,
        points_per_euro=programme.points_per_euro,
        points_per_order=programme.points_per_order,
        cents_per_unit=formats.cents_per_unit,
    )
    return {
        "total": formats.money(total),
        "earned": formats.number(points),
        "points": formats.number(_POINTS),
        "worth": formats.money(_POINTS * programme.point_value_cents),
        "is_enough": programme.minimum_points <= _POINTS,
        "minimum": formats.number(programme.minimum_points),
        "months": programme.expires_after_months or 0,
    }
