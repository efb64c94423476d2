"""`/loyalty/coupons/`: the list, one coupon with its history, forms and files."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice.audit.downloads import table_response
from backoffice.audit.models import ExportRun
from backoffice.core.files.downloads import file_response, read_layout, refuse
from backoffice.core.files.layouts import DownloadRefused
from backoffice.core.pages.addresses import next_page, whole_number
from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import Formats, formats_for
from loyalty.choices import CouponKind
from loyalty.coupons import making, words
from loyalty.coupons.claiming import FoundCoupon, quote_for
from loyalty.coupons.forms import CodesForm, CouponForm, TrialForm
from loyalty.coupons.listing import CouponListState
from loyalty.coupons.resource import RESOURCES, CouponResource, export_of
from loyalty.models import Coupon, CouponUse

PER_PAGE = 50
VIEW, MANAGE = "loyalty.view_coupon", "loyalty.manage_coupons"


@require_safe
@permission_required(VIEW, raise_exception=True)
def coupon_list(request):
    """Newest first, a page at a time."""
    state, formats = _list_state(request)
    before = whole_number(request.GET.get("before"), None)
    coupons = _complete(state.coupons if before is None else state.coupons.filter(pk__lt=before))
    found = list(coupons[: PER_PAGE + 1])
    context = {
        "rows": [_row(coupon, formats) for coupon in found[:PER_PAGE]],
        "older": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else 0,
        "is_first": before is None,
        "views": state.tabs(formats),
        "kinds": CouponKind.choices,
        "narrowed": state.address(),
        "q": state.query,
        "view": state.view,
        "kind": state.kind,
    }
    return render(request, "loyalty/coupons/list.html", context)


def _list_state(request) -> tuple[CouponListState, Formats]:
    formats = formats_for(request.organisation)
    return CouponListState(request.GET, organisation=request.organisation, today=formats.today), formats


@require_safe
@permission_required(MANAGE, raise_exception=True)
def export_coupons(request, format: str):
    """The coupons of the list as a file, in its order."""
    state, _formats = _list_state(request)
    return table_response(
        request,
        CouponResource(),
        state.coupons,
        format=format,
        kind=ExportRun.Kind.COUPONS,
        name=_("coupons-%(day)s"),
        query=state.address(),
    )


def _coupons(request):
    return _complete(Coupon.objects.filter(organisation=request.organisation))


def _complete(coupons):
    return coupons.select_related("product", "organisation").prefetch_related("locations")


def _row(coupon: Coupon, formats: Formats) -> dict:
    most = coupon.max_uses
    return {
        "coupon": coupon,
        "rule": words.rule(coupon, formats),
        "limits": words.limits(coupon, formats),
        "period": words.period(coupon, formats),
        "state": words.state(coupon, formats),
        "uses": formats.number(coupon.uses_count),
        "most": formats.number(most) if most else "",
        "share": min(100, 100 * coupon.uses_count // most) if most else None,
    }


@require_safe
@permission_required(VIEW, raise_exception=True)
def show_coupon(request, pk: int):
    """One coupon: would an order get it, and who has used it."""
    coupon = get_object_or_404(_coupons(request), pk=pk)
    formats = formats_for(request.organisation)
    trial = TrialForm(request.GET if "total_cents" in request.GET else None, coupon=coupon)
    answer = quote_for(FoundCoupon(coupon), trial.draft()) if trial.is_valid() else None
    before = whole_number(request.GET.get("before"), None)
    uses = CouponUse.objects.filter(coupon=coupon).select_related("customer", "order", "code", "actor")
    if before is not None:
        uses = uses.filter(pk__lt=before)
    found = list(uses.order_by("-pk")[: PER_PAGE + 1])
    context = {
        **_row(coupon, formats),
        "trial": trial,
        "answer": answer,
        "answer_amount": formats.money(answer.amount_cents) if answer else "",
        "history": [(use, formats.money(use.amount_cents)) for use in found[:PER_PAGE]],
        "older": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else 0,
        "is_first": before is None,
        "codes_form": CodesForm(),
    }
    return render(request, "loyalty/coupons/coupon.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MANAGE, raise_exception=True)
def edit(request, pk: int | None = None):
    """Add a coupon, or change one; what was used stays as it was."""
    coupon = get_object_or_404(_coupons(request), pk=pk) if pk else Coupon(organisation=request.organisation)
    form = CouponForm(request.POST if request.method == "POST" else None, instance=coupon)
    if form.is_valid():
        locations = form.cleaned_data["locations"]
        try:
            coupon = making.save_coupon(
                form.coupon(), locations=locations, actor=request.user, changed=form.changed_data
            )
            toast(request, _("%(name)s is saved.") % {"name": coupon.code})
            return redirect("loyalty:coupon", coupon.pk)
        except ValidationError as error:
            form.add_error(None, error)
    title = _("Edit coupon") if pk else _("Add a coupon")
    return render(request, "loyalty/coupons/form.html", {"form": form, "title": title, "pk": pk})


@require_POST
@permission_required(MANAGE, raise_exception=True)
def make_codes(request, pk: int):
    coupon = get_object_or_404(_coupons(request), pk=pk)
    form = CodesForm(request.POST)
    if form.is_valid():
        making.make_codes(coupon, actor=request.user, **form.cleaned_data)
        toast(request, _("The codes are made. Download them as CSV."))
    else:
        toast(request, _("From 1 to 1,000 codes at once."), tone="bad")
    return redirect("loyalty:coupon", coupon.pk)


@require_safe
@permission_required(MANAGE, raise_exception=True)
def export(request, pk: int, what: str, format: str):
    """Codes or uses of a coupon as CSV or XLSX."""
    coupon = get_object_or_404(_coupons(request), pk=pk)
    if what not in RESOURCES:
        raise Http404
    try:
        layout = read_layout(request.GET, format, RESOURCES[what]().fields)
        chunks = export_of(coupon, what, actor=request.user, layout=layout)
    except DownloadRefused as error:
        return refuse(request, error)
    return file_response(chunks, f"{what}-{coupon.pk}", format)


def _button(rule, said: str, undo: str, **options):
    """A view for one press; `undo` names the address that takes it back."""

    @require_POST
    @permission_required(MANAGE, raise_exception=True)
    def view(request, pk: int):
        coupon = get_object_or_404(_coupons(request), pk=pk)
        rule(coupon, actor=request.user, **options)
        toast(request, _(said), undo_url=reverse(f"loyalty:coupon-{undo}", args=[coupon.pk]))
        return redirect(next_page(request, reverse("loyalty:coupon", args=[coupon.pk])))

    return view


pause = _button(making.set_active, gettext_noop("The coupon is paused."), "resume", is_active=False)
resume = _button(making.set_active, gettext_noop("The coupon runs again."), "pause", is_active=True)
archive = _button(making.archive, gettext_noop("The coupon is archived."), "restore", is_archived=True)
restore = _button(
    making.archive, gettext_noop("The coupon is back in the list."), "archive", is_archived=False
)
