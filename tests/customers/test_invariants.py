from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from customers.invariants import broken_invariants
from customers.models import Customer, CustomerCounters, CustomerStats, CustomerTag, DailyFigures, Tag
from orders.models import Order, OrderLine, ProductDay, ProductMonth
from orders.recording import record_order
from tests.factories import make_location, make_organisation
from tests.orders.factories import make_event, make_programme


@pytest.fixture
def order(organisation, location):
    make_programme(organisation)
    """A receipt; and an open order, which may still be changed."""
    record_order(organisation=organisation, event=make_event(location, minutes=-60, status="open"))
    return record_order(organisation=organisation, event=make_event(location)).order


def _foreign_tag():
    tag = Tag.objects.create(organisation=make_organisation(), name="VIP")
    CustomerTag.objects.create(tag=tag, customer=Customer.objects.get())


BREAKERS = {
    "I1 customer": lambda: CustomerStats.objects.update(points=1),
    "I3 customer": lambda: CustomerStats.objects.update(tips_cents=1),
    "no statistics": lambda: CustomerStats.objects.all().delete(),
    "I4 customer": lambda: Customer.objects.update(marketing_consent=True),
    "I3 counters": lambda: CustomerCounters.objects.update(active=5),
    "I3 daily figures": lambda: DailyFigures.objects.update(receipts=5),
    "its total is not the sum": lambda: OrderLine.objects.filter(order__status="open").update(quantity=3),
    "its location belongs": lambda: Customer.objects.update(location=make_location()),
    "its tag belongs": _foreign_tag,
    "its statistics belong": lambda: CustomerStats.objects.update(organisation=make_organisation()),
    "I12 order": lambda: Order.objects.filter(status="open").update(location=make_location()),
    "is not the sum of its refunds": lambda: Order.objects.update(refunded_cents=1),
    "I3 product day": lambda: ProductDay.objects.update(quantity=2),
    "I3 product month": lambda: ProductMonth.objects.update(quantity=2),
}


def test_nothing_is_broken_at_first(organisation, order):
    assert list(broken_invariants(organisation)) == []
    call_command("check_invariants", stdout=StringIO())


@pytest.mark.parametrize("sentence", BREAKERS)
def test_what_is_broken_is_named_and_fails_the_command(organisation, order, sentence):
    BREAKERS[sentence]()
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("check_invariants", stdout=out)

    assert sentence in out.getvalue()
    assert "lindenhof: " in out.getvalue()
    assert "Anna" not in out.getvalue()
