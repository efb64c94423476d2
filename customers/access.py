"""What every view of customers shares: whose customers, and which one."""

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import OuterRef, Subquery
from django.http import Http404

from backoffice.core.database.json_rows import JsonRows
from customers.locks import survivors_of
from customers.models import BulkAction, Customer, MergedCustomer

_Kind = BulkAction.Kind
# who may change many customers at once; managers, though staff may do some of it one by one
BULK_RIGHTS = {
    _Kind.TAG: "customers.bulk_tag_customer",
    _Kind.UNTAG: "customers.bulk_tag_customer",
    _Kind.DEACTIVATE: "customers.deactivate_customer",
    _Kind.REACTIVATE: "customers.deactivate_customer",
    _Kind.WITHDRAW: "customers.change_customer",
}


class CustomerMerged(Http404):
    """This customer is another one by now, with `survivor_id`; programs are told."""

    def __init__(self, survivor_id: int):
        super().__init__(survivor_id)
        self.survivor_id = survivor_id
        self.problem_members = {"merged_into": survivor_id}


class CustomersMixin(PermissionRequiredMixin):
    """Signed-in people without the right get 403; the right comes from the membership."""

    permission_required = "customers.view_customer"
    raise_exception = True


def get_customer(request, pk: int, **columns) -> Customer:
    """The customer of the request's organisation with statistics, or 404 (TRUST I12). One query, which
    reads further `columns` (expressions) along. Who was merged raises CustomerMerged, a 404 too.
    """
    customers = Customer.objects.of(request.organisation).select_related("stats", "location")
    customer = customers.annotate(**columns).filter(pk=pk).first()
    if customer is None:
        if survivor_id := survivors_of(request.organisation, [pk]).get(pk):
            raise CustomerMerged(survivor_id)
        raise Http404
    customer.organisation = customer.stats.organisation = request.organisation
    return customer


def merged_column() -> Subquery:
    """The old ids of those who were merged into a customer, as one column of the query that reads it."""
    merged = MergedCustomer.objects.filter(merge__survivor=OuterRef("pk"), is_undone=False).order_by()
    return Subquery(merged.values("merge__survivor").annotate(ids=JsonRows("old_id")).values("ids"))
