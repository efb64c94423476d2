from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backoffice.demo.building import build
from backoffice.demo.clearing import clear
from backoffice.demo.restaurants import HOUSES, PASSWORD
from backoffice.staff.models import Organisation, User
from customers.models import ConsentEntry, Customer
from loyalty.models import PointsEntry
from orders.models import Order
from tests.factories import make_organisation, make_user

INVENTED = (
    *("+493023125", "+494066969", "+496990009", "+492214710", "+498999998"),
    *("+4917139200", "+49176040690", "+49158", "+3478"),
)
NOW = (timezone.now() - timedelta(days=1)).replace(hour=20, minute=0)  # later today, nobody has been yet


@pytest.fixture
def demo(db):
    build(customers=150, seed=7, now=NOW)
    return Organisation.objects.get(slug="lindenhof")


@pytest.mark.slow
@pytest.mark.parametrize("hour", [2, 6, 20, 22])
def test_guests_are_awake_when_they_register_consent_and_redeem(db, hour):
    now = NOW.replace(hour=hour, minute=30)
    build(customers=150, seed=7, now=now)
    for organisation in Organisation.objects.all():
        of_guests = {"customer__organisation": organisation}
        moments = [
            *Customer.objects.of(organisation).values_list("joined_at", flat=True),
            *ConsentEntry.objects.filter(**of_guests).values_list("occurred_at", flat=True),
            *PointsEntry.objects.filter(**of_guests, kind="redeemed").values_list("occurred_at", flat=True),
        ]
        hours = [moment.astimezone(organisation.tz).hour for moment in moments]

        assert max(moments) <= now
        assert set(hours) <= set(range(7, 23))
        assert sum(11 <= hour <= 22 for hour in hours) / len(hours) > 0.8


@pytest.mark.slow
def test_clearing_takes_the_pictures_along(demo, django_capture_on_commit_callbacks):
    pictures = [guest.picture for guest in Customer.objects.exclude(picture="")]
    with django_capture_on_commit_callbacks(execute=True):
        clear()
    assert pictures
    assert not any(picture.storage.exists(picture.name) for picture in pictures)


@pytest.mark.slow
def test_the_same_seed_makes_the_same_guests_and_orders(db):
    def made() -> list:
        build(customers=40, seed=3, now=NOW)
        guests = Customer.objects.order_by("pk").values_list(
            *("phone", "phone2", "email", "first_name", "last_name", "birthday", "tags_text", "notes")
        )
        orders = Order.objects.order_by("pk").values_list("external_id", "placed_at", "total_cents", "status")
        consents = ConsentEntry.objects.order_by("pk").values_list("purpose", "action", "occurred_at")
        pictures = [one.picture.read() for one in Customer.objects.exclude(picture="").order_by("pk")]
        assert pictures
        return [list(guests), list(orders), list(consents), pictures]

    first = made()
    clear()
    assert made() == first


def test_the_command_fills_once_and_tells_who_can_sign_in(db):
    for _ in range(2):
        out = StringIO()
        call_command("demo", customers=25, stdout=out)
    assert "Filled in" not in out.getvalue()
    assert PASSWORD in out.getvalue()
    for house in HOUSES:
        for person in house.people:
            assert person.email in out.getvalue()
            assert User.objects.get(email=person.email).check_password(PASSWORD)
    call_command("demo", "--reset", customers=25, stdout=out)
    assert "Filled in" in out.getvalue()


@pytest.mark.slow
def test_it_is_not_built_beside_a_restaurant_that_is_in_use(db):
    person = make_user(make_organisation(name="Zur Post"))
    User.objects.filter(pk=person.pk).update(last_login=NOW)

    with pytest.raises(CommandError, match="Zur Post works with this database"):
        call_command("demo", customers=20, stdout=StringIO())
    assert Organisation.objects.count() == 1

    call_command("demo", customers=20, anyway=True, stdout=StringIO())
    assert Organisation.objects.count() == 3
