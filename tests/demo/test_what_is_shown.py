"""What the demo shows: one is built for all tests of this file, each of which is rolled back to it."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from PIL import Image

from backoffice.core.text.phones import is_e164
from backoffice.demo.building import build
from backoffice.demo.clearing import clear
from backoffice.staff.models import Organisation, User
from customers.invariants import broken_invariants
from customers.models import ConsentEntry, Customer, CustomerStats
from loyalty.models import PointsEntry
from orders.models import Driver, Fulfilment, Order, OrderLine, OrderVoid, Product
from tests.factories import make_organisation

INVENTED = (
    *("+493023125", "+494066969", "+496990009", "+492214710", "+498999998"),
    *("+4917139200", "+49176040690", "+49158", "+3478"),
)
NOW = (timezone.now() - timedelta(days=1)).replace(hour=20, minute=0)  # later today, nobody has been yet


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        build(customers=150, seed=7, now=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(built, db):
    return Organisation.objects.get(slug="lindenhof")


def test_the_demo_breaks_no_rule(demo):
    for organisation in Organisation.objects.all():
        assert list(broken_invariants(organisation)) == []


def test_the_demo_shows_everything_there_is(demo):
    orders = Order.objects.filter(organisation=demo)
    assert set(orders.values_list("service_type", flat=True)) == {
        *("dine_in", "pickup", "delivery", "partner_delivery"),
    }
    assert {"open", "completed", "voided"} == set(orders.values_list("status", flat=True))
    assert orders.filter(customer=None).exists()
    assert OrderVoid.objects.exists()
    stages = Fulfilment.objects.filter(order__organisation=demo, order__status="open")
    assert set(stages.values_list("stage", flat=True)) == {"new", "accepted", "ready", "out"}
    assert len(set(Product.objects.filter(organisation=demo).values_list("tax_rate", flat=True))) == 2
    assert set(ConsentEntry.objects.values_list("action", flat=True)) == {"granted", "pending", "withdrawn"}
    assert set(ConsentEntry.objects.values_list("wording_version", flat=True)) == {"", "1", "2"}
    assert {"earned", "redeemed"} <= set(PointsEntry.objects.values_list("kind", flat=True))
    assert {"on_time", "late"} <= set(CustomerStats.objects.values_list("last_order_status", flat=True))


def test_guests_differ_as_guests_do(demo):
    guests = Customer.objects.of(demo)
    assert guests.count() == 150
    assert guests.filter(is_active=False).exists()
    assert guests.exclude(notes="").exists()
    assert guests.exclude(tags_text="").exists()
    assert guests.exclude(birthday=None).exists()
    assert guests.exclude(address1="").exists()
    assert guests.filter(stats__receipts_count=0).exists()
    assert guests.filter(stats__receipts_count__gte=20).exists()
    assert guests.values("last_name").distinct().count() < 140


def test_nobody_real_can_be_called_or_written_to(demo):
    for pair in Customer.objects.values_list("phone", "phone2"):
        for phone in filter(None, pair):
            assert is_e164(phone)
            assert phone.startswith(INVENTED)
    assert not Customer.objects.exclude(email="").exclude(email__regex=r"@example\.(org|com|net)$").exists()


def test_a_withdrawal_is_as_old_as_it_came(demo):
    """They would all have been of today if what lies ahead were brought forward."""
    withdrawn = ConsentEntry.objects.filter(action="withdrawn")
    assert withdrawn.count() > 5
    assert withdrawn.filter(occurred_at__gt=NOW - timedelta(days=2)).count() <= 1


def test_some_guests_have_a_picture_as_the_form_would_store_it(demo):
    pictured = Customer.objects.of(demo).exclude(picture="")
    assert 0.02 < pictured.count() / 150 < 0.12
    looks = set()
    for guest in pictured:
        content = guest.picture.read()
        looks.add(content)
        with Image.open(BytesIO(content)) as picture:
            assert (picture.format, picture.size) == ("WEBP", (256, 256))
        assert len(content) < 20_000
        assert guest.picture.name.startswith(f"pictures/{demo.pk}/")
    assert len(looks) == pictured.count()


def test_clearing_takes_the_demo_and_nothing_else(demo):
    kept = make_organisation()
    clear()
    assert list(Organisation.objects.all()) == [kept]
    assert not any(
        model.objects.exists()
        for model in (Customer, Order, OrderLine, Fulfilment, Driver, PointsEntry, User)
    )


def test_orders_end_now(demo):
    newest = Order.objects.filter(organisation=demo).latest("placed_at").placed_at
    assert newest <= NOW
    assert (NOW - Order.objects.earliest("placed_at").placed_at).days > 600


def test_deliveries_went_out_with_drivers_and_most_came_in_time(demo):
    deliveries = Order.objects.filter(organisation=demo, service_type="delivery", status="completed")
    ways = Fulfilment.objects.filter(order__in=deliveries).select_related("order")
    assert ways.count() == deliveries.count() > 30
    assert all(
        way.order.placed_at < way.accepted_at <= way.ready_at <= way.out_at < way.order.delivered_at
        for way in ways
    )
    assert ways.exclude(destination="").exists()
    assert ways.filter(driver__isnull=False).count() > 0.8 * ways.count()
    assert Driver.objects.filter(organisation=demo).count() == 3
    late = deliveries.filter(delivered_at__gt=F("promised_at")).count()
    assert 0 < late < 0.35 * deliveries.count()
