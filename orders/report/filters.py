"""The filters of the receipt report; one filter set serves page and files."""

import django_filters as filters
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.addresses import whole_number
from backoffice.core.pages.fields import MoneyField
from customers.choices import LastOrderStatus, Source
from customers.models import Customer
from orders.choices import OrderStatus, ServiceType
from orders.models import Order

YES_NO = [("yes", _("Yes")), ("no", _("No"))]
REFUNDED = "refunded"
STATUSES = [
    (OrderStatus.COMPLETED, OrderStatus.COMPLETED.label),
    (REFUNDED, _("partly refunded")),
    (OrderStatus.VOIDED, OrderStatus.VOIDED.label),
    (OrderStatus.OPEN, OrderStatus.OPEN.label),
]
DELIVERIES = [
    (LastOrderStatus.ON_TIME, LastOrderStatus.ON_TIME.label),
    (LastOrderStatus.LATE, LastOrderStatus.LATE.label),
]
CUSTOMER = "customer"


class AmountFilter(filters.Filter):
    field_class = MoneyField

    @property
    def field(self):
        self.extra["currency"] = self.parent.organisation.currency
        return super().field


class StatusFilter(filters.ChoiceFilter):
    def filter(self, queryset, value):
        if value == REFUNDED:
            return queryset.filter(status=OrderStatus.COMPLETED, refunded_cents__gt=0)
        return queryset.filter(status=value) if value else queryset


class KnownFilter(filters.ChoiceFilter):
    """Receipts of known customers, or of nobody."""

    def filter(self, queryset, value):
        return queryset.filter(customer__isnull=value == "no") if value else queryset


class DeliveryFilter(filters.ChoiceFilter):
    """Deliveries by own drivers, at or before the promise or after it (PRODUCT S5)."""

    def filter(self, queryset, value):
        if not value:
            return queryset
        late = Q(delivered_at__gt=F("promised_at"))
        delivered = queryset.filter(
            service_type=ServiceType.DELIVERY, delivered_at__isnull=False, promised_at__isnull=False
        )
        return delivered.filter(late if value == LastOrderStatus.LATE else ~late)


class ReceiptFilterSet(filters.FilterSet):
    """Conditions on the orders of one organisation; period, search and sort are the report's own."""

    location = filters.MultipleChoiceFilter(label=_("Location"), distinct=False)
    source = filters.MultipleChoiceFilter(label=_("Source"), choices=Source, distinct=False)
    service = filters.MultipleChoiceFilter(
        label=_("Type"), field_name="service_type", choices=ServiceType, distinct=False
    )
    status = StatusFilter(label=_("Status"), choices=STATUSES)
    delivery = DeliveryFilter(label=_("Delivered"), choices=DELIVERIES)
    known = KnownFilter(label=_("With customer"), choices=YES_NO)
    total_min = AmountFilter(label=_("Amount, at least"), field_name="total_cents", lookup_expr="gte")
    total_max = AmountFilter(label=_("Amount, at most"), field_name="total_cents", lookup_expr="lte")
    customer = filters.ChoiceFilter(
        label=_("Customer"), error_messages={"invalid_choice": _("There is no such customer here.")}
    )

    class Meta:
        model = Order
        fields = []

    def __init__(self, data, *, organisation, locations):
        super().__init__(data, queryset=Order.objects.filter(organisation=organisation))
        self.organisation = organisation
        self.filters["location"].extra["choices"] = [(str(place.pk), place.name) for place in locations]
        self.filters[CUSTOMER].extra["choices"] = _customer_asked_for(organisation, data)
        if not organisation.collects_customers:
            del self.filters["known"]


def _customer_asked_for(organisation, data) -> list[tuple[str, str]]:
    """The one customer of the address; nobody chooses among all of them."""
    number = whole_number((data or {}).get(CUSTOMER), None)
    if number is None:
        return []
    found = Customer.objects.of(organisation).filter(pk=number)
    return [(str(customer.pk), str(customer)) for customer in found]
