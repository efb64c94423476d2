"""What the address of the deliveries says, parsed once: period, filters, place."""

from datetime import datetime
from functools import cached_property

from django.db.models import F, Q, QuerySet

from backoffice.core.pages.lists import Address
from backoffice.core.pages.paging import Cursor, InvalidCursor
from backoffice.core.pages.periods import NAMES as PERIOD_NAMES
from backoffice.core.pages.periods import read_period
from customers.choices import LastOrderStatus
from orders.access import in_period
from orders.choices import OrderStatus, ServiceType
from orders.deliveries.drivers import drivers_of
from orders.deliveries.forms import NOBODY, UNDER_WAY, DeliveryFilters
from orders.models import Order

PARAMETERS = (*PERIOD_NAMES, *DeliveryFilters.base_fields)
_DELIVERED = Q(status=OrderStatus.COMPLETED)
_PUNCTUALITY = {
    LastOrderStatus.ON_TIME: _DELIVERED & Q(delivered_at__lte=F("promised_at")),
    LastOrderStatus.LATE: _DELIVERED & Q(delivered_at__gt=F("promised_at")),
    UNDER_WAY: Q(status=OrderStatus.OPEN),
}


class DeliveryState:
    """One address of the report. Bad values are named in `errors`, by parameter, and not used.

    `today` is the day of the organisation; deliveries lie on the day of their own location.
    """

    def __init__(self, data, *, organisation, today, location=None, locations=()):
        self.data, self.organisation, self.location = data, organisation, location
        self.period, problem = read_period(data, today)
        self.errors = {"period": problem} if problem else {}
        self.drivers = drivers_of(organisation)
        self.form = DeliveryFilters(data, locations=locations, drivers=self.drivers)
        for name, messages in self.form.errors.items():
            self.errors[name] = f"{self.form.fields[name].label}: {messages[0]}"
        self.filters = {name: value for name, value in self.form.cleaned_data.items() if value}

    @cached_property
    def deliveries(self) -> QuerySet[Order]:
        """Those that fit, voided ones never, without order."""
        orders = Order.objects.filter(organisation=self.organisation, service_type=ServiceType.DELIVERY)
        orders = in_period(orders.exclude(status=OrderStatus.VOIDED), self.period)
        if self.location is not None:
            orders = orders.filter(location=self.location)
        if "location" in self.filters:
            orders = orders.filter(location__in=self.filters["location"])
        if "driver" in self.filters:
            orders = orders.filter(self._driven)
        if "delivery" in self.filters:
            orders = orders.filter(_PUNCTUALITY[self.filters["delivery"]])
        return orders

    @property
    def _driven(self) -> Q:
        chosen = set(self.filters["driver"])
        by_some = Q(fulfilment__driver__in=chosen - {NOBODY})
        return by_some | Q(fulfilment__driver__isnull=True) if NOBODY in chosen else by_some

    @property
    def newest_first(self) -> QuerySet[Order]:
        return self.deliveries.order_by("-placed_at", "-pk")

    def cursor(self, name: str) -> Cursor | None:
        """The place that `after` or `before` names; one that cannot be read is none."""
        try:
            text = self.data.get(name)
            return Cursor.decode(text, datetime) if text else None
        except InvalidCursor:
            return None

    def address(self, path: str = "") -> Address:
        return Address(path, self.data, PARAMETERS)
