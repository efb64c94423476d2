"""The list of coupons: what fits search, tab and kind, and how many coupons each tab has."""

from datetime import date

from django.db.models import F, Q, QuerySet
from django.utils.http import urlencode
from django.utils.translation import pgettext_lazy

from backoffice.core.database.counting import count_each
from backoffice.core.text.formats import Formats
from loyalty.choices import CouponKind
from loyalty.models import Coupon

LABELS = {
    "": pgettext_lazy("coupons", "All"),
    "running": pgettext_lazy("coupons", "Running"),
    "planned": pgettext_lazy("coupons", "Planned"),
    "paused": pgettext_lazy("coupons", "Paused"),
    "ended": pgettext_lazy("coupons", "Ended"),
    "archived": pgettext_lazy("coupons", "Archived"),
}


class CouponListState:
    """One address of the list: `q` is a part of a code, `view` a tab, `kind` narrows."""

    def __init__(self, data, *, organisation, today: date):
        self.organisation, self.today = organisation, today
        self.query = data.get("q", "").strip()[:40]
        view, kind = data.get("view", ""), data.get("kind", "")
        self.view, self.kind = view if view in LABELS else "", kind if kind in CouponKind.values else ""

    def address(self, **changes) -> str:
        return urlencode({"q": self.query, "view": self.view, "kind": self.kind} | changes)

    @property
    def coupons(self) -> QuerySet[Coupon]:
        """Newest first."""
        return self._of_every_view().filter(standing(self.today)[self.view]).order_by("-pk")

    def tabs(self, formats: Formats) -> list[tuple[str, str, str, str]]:
        """Name, label, query and count of each. One query."""
        counts, is_capped = count_each(self._of_every_view(), standing(self.today))
        more = "+" if is_capped else ""
        return [
            (name, label, self.address(view=name), formats.number(counts[name]) + more)
            for name, label in LABELS.items()
        ]

    def _of_every_view(self) -> QuerySet[Coupon]:
        coupons = Coupon.objects.filter(organisation=self.organisation)
        if self.query:
            coupons = coupons.filter(code__contains=self.query.upper().replace("\x00", ""))
        return coupons.filter(kind=self.kind) if self.kind else coupons


def standing(today: date) -> dict[str, Q]:
    """Coupons that stand as each tab says; `words.state` says the same of one."""
    on = Q(archived_at=None, is_active=True)
    is_over = Q(ends_on__lt=today) | Q(max_uses__isnull=False, uses_count__gte=F("max_uses"))
    return {
        "": Q(archived_at=None),
        "running": on & ~is_over & ~Q(starts_on__gt=today),
        "planned": on & Q(starts_on__gt=today) & ~is_over,
        "paused": Q(archived_at=None, is_active=False),
        "ended": on & is_over,
        "archived": Q(archived_at__isnull=False),
    }
