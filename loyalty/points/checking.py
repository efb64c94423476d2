"""What must always be true of points, and taking them out with their customer."""

from collections.abc import Iterator

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from loyalty.models import BillRedemption, LotUse, PointsEntry, PointsLot


def points_problems(organisation) -> Iterator[str]:
    """One sentence per invariant that is broken (TRUST I1, I12)."""
    entries = PointsEntry.objects.filter(customer__organisation=organisation)
    foreign = entries.exclude(order=None).exclude(order__organisation=organisation)
    for pk in foreign.values_list("pk", flat=True):
        yield f"I12 points entry {pk}: its order belongs to another organisation"
    bills = BillRedemption.objects.filter(organisation=organisation)
    for pk in bills.exclude(entry__customer__organisation=organisation).values_list("pk", flat=True):
        yield f"I12 redemption {pk}: its points belong to another organisation"
    open_lots = PointsLot.objects.filter(customer__organisation=organisation)
    for pk in open_lots.exclude(entry__customer=F("customer")).values_list("pk", flat=True):
        yield f"I12 lot {pk}: its entry belongs to another customer"
    uses = LotUse.objects.filter(lot=OuterRef("pk")).order_by().values("lot").annotate(sum=Sum("points"))
    used = Coalesce(Subquery(uses.values("sum")), 0)
    wrong = open_lots.annotate(used=used).filter(~Q(left=F("points") - F("used")))
    for pk in wrong.values_list("pk", flat=True):
        yield f"I1 lot {pk}: what is left is not what was there less what was taken"
    dated = open_lots.order_by().values("customer_id").annotate(sum=Sum("left"))
    for pk in dated.filter(sum__gt=F("customer__stats__points")).values_list("customer_id", flat=True):
        yield f"I1 customer {pk}: more points with a date than points"


def forget_points(customer_ids: list[int]) -> None:
    """Delete the ledger of customers who are about to be deleted, past its refusal."""
    for rows in (
        BillRedemption.objects.filter(entry__customer_id__in=customer_ids),
        LotUse.objects.filter(entry__customer_id__in=customer_ids),
        PointsLot.objects.filter(customer_id__in=customer_ids),
        PointsEntry.objects.filter(customer_id__in=customer_ids),
    ):
        rows._raw_delete(using=rows.db)
