"""What every view of customers shares: whose customers, and which one."""

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.shortcuts import get_object_or_404

from customers.models import Customer


class CustomersMixin(PermissionRequiredMixin):
    """Signed-in people without the right get 403; the right comes from the membership."""

    permission_required = "customers.view_customer"
    raise_exception = True


def get_customer(request, pk: int, **columns) -> Customer:
    """The customer of the request's organisation with statistics, or 404 (TRUST I12). One query, which
    reads further `columns` (expressions) along.
    """
    customers = Customer.objects.of(request.organisation).select_related("stats", "location")
    customers = customers.annotate(**columns)
    customer = get_object_or_404(customers, pk=pk)
    customer.organisation = customer.stats.organisation = request.organisation
    return customer
