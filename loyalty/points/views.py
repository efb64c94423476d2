"""`/loyalty/points/`: the ledger of the whole house, corrections, expired points given back."""

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.audit.downloads import table_response
from backoffice.audit.models import ExportRun
from backoffice.core.pages.addresses import whole_number
from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.late_reads import reads_from_replica
from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from customers.access import get_customer
from loyalty.models import PointsEntry
from loyalty.models.points_entry import PointsKind
from loyalty.points.correcting import correct_points
from loyalty.points.expiry import DayHasPassed, give_back_expired
from loyalty.points.forms import CorrectionForm, GiveBackForm
from loyalty.points.ledger import NotEnoughPoints
from loyalty.points.panels import PER_PAGE, ledger_row
from loyalty.points.resource import PointsResource


@require_safe
@permission_required("loyalty.view_pointsentry", raise_exception=True)
@reads_from_replica
def ledger(request):
    """Every entry, newest first, a page at a time; `kind` narrows them."""
    entries, kind = _entries(request)
    before = whole_number(request.GET.get("before"), None)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = list(entries.select_related("order", "actor", "customer")[: PER_PAGE + 1])
    formats = formats_for(request.organisation)
    context = {
        "rows": [(entry.customer, ledger_row(entry, formats)) for entry in found[:PER_PAGE]],
        "older": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else 0,
        "is_first": before is None,
        "kinds": PointsKind.choices,
        "kind": kind,
        "narrowed": f"kind={kind}",
    }
    return render(request, "loyalty/points/ledger.html", context)


def _entries(request) -> tuple[QuerySet[PointsEntry], str]:
    entries = PointsEntry.objects.filter(customer__organisation=request.organisation).order_by("-pk")
    kind = request.GET.get("kind", "")
    return (entries.filter(kind=kind), kind) if kind in PointsKind.values else (entries, "")


@require_safe
@permission_required("loyalty.correct_points", raise_exception=True)
@reads_from_replica
def export_points(request, format: str):
    """The entries of the list as a file, in its order."""
    entries, kind = _entries(request)
    return table_response(
        request,
        PointsResource(),
        entries,
        format=format,
        kind=ExportRun.Kind.POINTS,
        name=_("points-%(day)s"),
        query=f"kind={kind}",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("loyalty.correct_points", raise_exception=True)
def correct(request, pk: int):
    """Ask how many points a customer gets or loses, and why."""
    customer = get_customer(request, pk)
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            correct_points(customer=customer, actor=request.user, **form.cleaned_data)
        except NotEnoughPoints:
            left = formats_for(request.organisation).number(customer.stats.points)
            form.add_error("points", _("There are only %(points)s points to take.") % {"points": left})
        else:
            toast(request, _("The points are corrected."))
            return redirect(f"{reverse('customers:profile', args=[customer.pk])}?tab=points")
    return dialog(
        request,
        title=_("Correct points"),
        action=request.path,
        method="post",
        fields="loyalty/points/_form.html",
        foot="loyalty/points/_correct_foot.html",
        back=f"{reverse('customers:profile', args=[customer.pk])}?tab=points",
        back_label=customer.name,
        form=form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("loyalty.correct_points", raise_exception=True)
def give_back(request):
    """Ask which expired points are given back."""
    organisation = request.organisation
    form = GiveBackForm(request.POST if request.method == "POST" else None, organisation=organisation)
    if form.is_valid():
        try:
            points = give_back_expired(organisation, actor=request.user, **form.cleaned_data)
        except DayHasPassed as error:
            form.add_error("until", str(error))
        else:
            words = ngettext("%(points)s point is given back.", "%(points)s points are given back.", points)
            toast(request, words % {"points": formats_for(organisation).number(points)})
            return redirect("loyalty:points")
    return dialog(
        request,
        title=_("Give expired points back"),
        action=request.path,
        method="post",
        fields="loyalty/points/_form.html",
        foot="loyalty/points/_give_back_foot.html",
        back=reverse("loyalty:points"),
        back_label=_("Points ledger"),
        form=form,
    )
