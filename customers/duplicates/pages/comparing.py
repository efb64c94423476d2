"""Customers side by side, value by value, and what one of them would be."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from customers.access import CustomersMixin
from customers.duplicates.deciding import call_different
from customers.duplicates.pages.actions import numbers
from customers.duplicates.pages.cells import compare_rows, consent_facts, facts
from customers.duplicates.pages.words import RIGHT, level_word, reasons_of
from customers.locks import survivors_of
from customers.merging import MergeRefused, MergeWish, StaleMerge, choices, foresee_merge, merge_customers
from customers.models import Customer, CustomerMerge, DuplicateCandidate

MOST = 20
AS_COLUMNS = 3


@dataclass(frozen=True)
class Standing:
    """Those who are asked for: who is still there, and whose the others are by now."""

    ids: list[int]
    merged: dict[int, int]

    @classmethod
    def of(cls, organisation, ids: list[int]) -> "Standing":
        """404 where one of them was never a customer here."""
        there = set(Customer.objects.of(organisation).filter(pk__in=ids).values_list("pk", flat=True))
        merged = survivors_of(organisation, set(ids) - there)
        if set(ids) - there - merged.keys():
            raise Http404
        standing = [pk if pk in there else merged[pk] for pk in ids]
        return cls(list(dict.fromkeys(standing)), merged)


class MergeView(CustomersMixin, View):
    """Compare, choose, merge; or say that they are different people."""

    permission_required = RIGHT

    def get(self, request):
        ids = numbers(request.GET.getlist("id"))[:MOST]
        if len(ids) < 2:
            query = "".join(f"?id={pk}" for pk in ids)
            return redirect(reverse("customers:duplicates-choose") + query)
        return self._page(ids)

    def post(self, request):
        ids = numbers(request.POST.getlist("id"))[:MOST]
        standing = Standing.of(request.organisation, ids)
        if standing.merged or len(ids) < 2:
            return self._page(ids, status=409)
        if request.POST.get("answer") == "different":
            return self._different(ids)
        try:
            merge = merge_customers(request.organisation, self._wish(ids), actor=request.user)
        except StaleMerge:
            return self._page(ids, status=409)
        except MergeRefused:
            return redirect("customers:duplicates")
        return self._merged(merge, len(ids))

    def _wish(self, ids: list[int]) -> MergeWish:
        data = self.request.POST
        survivor = numbers([data.get("survivor", "")])
        survivor_id = survivor[0] if survivor and survivor[0] in ids else ids[0]
        told = {one.name: numbers([data.get(one.name, "")]) for one in choices()}
        seen = {pk: _moment(data.get(f"seen-{pk}", "")) for pk in ids}
        return MergeWish(
            survivor_id,
            tuple(pk for pk in ids if pk != survivor_id),
            {name: found[0] for name, found in told.items() if found and found[0] in ids},
            {pk: at for pk, at in seen.items() if at},
        )

    def _different(self, ids: list[int]):
        pairs = call_different(self.request.organisation, ids, actor=self.request.user)
        undo = ",".join(map(str, pairs))
        undo_url = reverse("customers:duplicates-suspect") if pairs else ""
        toast(self.request, _("Remembered: these are different people."), undo_url=undo_url, pair=undo)
        return redirect("customers:duplicates")

    def _merged(self, merge: CustomerMerge, count: int):
        text = ngettext("%(count)d customer is one now.", "%(count)d customers are one now.", count)
        undo_url = reverse("customers:merge-undo", args=[merge.pk])
        toast(self.request, text % {"count": count}, undo_url=undo_url)
        return redirect("customers:profile", merge.survivor_id)

    def _page(self, ids: list[int], *, status: int = 200):
        """`is_stale`: somebody merged or changed one of them in the meantime."""
        request, organisation = self.request, self.request.organisation
        standing = Standing.of(organisation, ids)
        context = {"is_stale": status == 409, "merged": standing.merged, "ids": standing.ids}
        if len(standing.ids) < 2:
            survivor = Customer.objects.of(organisation).get(pk=standing.ids[0])
            context |= {"survivor": survivor}
            return render(request, "customers/duplicates/already.html", context, status=status)
        context |= self._compared(standing.ids)
        return render(request, "customers/duplicates/merge.html", context, status=status)

    def _compared(self, ids: list[int]) -> dict:
        organisation = self.request.organisation
        formats = formats_for(organisation)
        by_age = Customer.objects.of(organisation).filter(pk__in=ids).order_by("joined_at", "pk")
        oldest, *others = by_age.values_list("pk", flat=True)
        foreseen = foresee_merge(organisation, MergeWish(oldest, tuple(others)))
        for customer in foreseen.customers:
            customer.since = formats.day(formats.local(customer.joined_at).date())
        candidates = DuplicateCandidate.objects.filter(one__in=ids, other__in=ids).order_by("-score", "pk")
        pairs = [pair for pair in candidates if pair.reasons]
        codes = list(dict.fromkeys(code for pair in pairs for code in pair.reasons))
        doubts = list(dict.fromkeys(code for pair in pairs for code in pair.against))
        best = pairs[0].score if pairs else None
        return {
            "customers": foreseen.customers,
            "are_many": len(ids) > AS_COLUMNS,
            "survivor": foreseen.survivor,
            "rows": compare_rows(foreseen, formats),
            "facts": facts(foreseen, formats),
            "consents": consent_facts(foreseen, formats),
            "level": best and f"{formats.whole_percent(best)}, {level_word(best)}",
            "reasons": reasons_of(codes, doubts),
            "until": formats.day(formats.local(CustomerMerge().undo_until).date()),
        }


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
