"""Buttons of the page of duplicates."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from backoffice.core.pages.toasts import toast
from backoffice.core.text.numbers import parse_whole
from customers.duplicates.deciding import call_different, take_back
from customers.duplicates.pages.words import RIGHT
from customers.merging import MergedSince, MergeOver, undo_merge
from customers.models import CustomerMerge

MOST_BODIES = 400


def numbers(texts) -> list[int]:
    """Ids as an address or a form names them; what is none means nothing there."""
    found = [parse_whole(text) for text in texts]
    return list(dict.fromkeys(number for number in found if number))


@require_POST
@permission_required(RIGHT, raise_exception=True)
def different(request):
    """`id`: who is not one person; each with each of the others."""
    pairs = call_different(request.organisation, numbers(request.POST.getlist("id")), actor=request.user)
    if pairs:
        text = _("Remembered: these are different people.")
        undo = ",".join(map(str, pairs[:MOST_BODIES]))
        toast(request, text, undo_url=reverse("customers:duplicates-suspect"), pair=undo)
    return redirect("customers:duplicates")


@require_POST
@permission_required(RIGHT, raise_exception=True)
def suspect(request):
    """`pair`: which pairs may be one person after all, with commas between them."""
    ids = numbers(request.POST.get("pair", "").split(","))
    if count := take_back(request.organisation, ids, actor=request.user):
        text = ngettext(
            "%(count)d pair may be one person again.", "%(count)d pairs may be one person again.", count
        )
        toast(request, text % {"count": count})
    return redirect("customers:duplicates")


@require_POST
@permission_required(RIGHT, raise_exception=True)
def undo(request, pk: int):
    merge = get_object_or_404(CustomerMerge, organisation=request.organisation, pk=pk)
    merge.organisation = request.organisation
    try:
        restored = undo_merge(merge, actor=request.user)
    except MergeOver:
        toast(request, _("This merge is undone already, or too long ago."), tone="bad")
        return redirect(reverse("customers:duplicates") + "?tab=merged")
    except MergedSince:
        text = _("This customer was merged once more since. Undo the later merge first.")
        toast(request, text, tone="bad")
        return redirect(reverse("customers:duplicates") + "?tab=merged")
    if not restored:
        raise Http404
    names = ", ".join(customer.name for customer in restored)
    toast(request, _("%(names)s is back. What came since the merge stayed.") % {"names": names})
    return redirect("customers:profile", restored[0].pk)
