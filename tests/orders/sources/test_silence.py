"""A source that has fallen silent is told of, by its own rate and the hours of the house."""

from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from backoffice.jobs.models import Job
from backoffice.staff.models import OpeningHours
from orders.arrivals import count_events
from orders.models import SourceDay
from orders.sources.connecting import mute_source, switch_source
from orders.sources.silence import look_for_silence, rhythms_of
from tests.factories import make_user
from tests.orders.factories import BERLIN
from tests.orders.sources.senders import work

THURSDAY = datetime(2026, 11, 19, 16, 0, tzinfo=BERLIN)


@pytest.fixture
def shop(connect, time_machine):
    """Forty events a day for four weeks, the last one on a Thursday at four."""
    time_machine.move_to(THURSDAY)
    source = connect("shopify", name="Webshop")
    SourceDay.objects.bulk_create(
        SourceDay(connected_source=source, day=THURSDAY.date() - timedelta(days=n), events=40)
        for n in range(1, 29)
    )
    source.created_at = THURSDAY - timedelta(days=60)
    source.save()
    count_events(source, events=1)
    source.refresh_from_db()
    return source


def alarmed(source) -> bool:
    look_for_silence()
    source.refresh_from_db()
    return source.alarmed_at is not None


def open_for_dinner(location):
    OpeningHours.objects.bulk_create(
        OpeningHours(location=location, weekday=day, opens=time(17), closes=time(23)) for day in range(7)
    )


def test_silence_is_told_once_until_something_comes(shop, admin, time_machine):
    make_user(shop.organisation, role="manager")
    time_machine.move_to(THURSDAY + timedelta(hours=4))
    assert not alarmed(shop)
    time_machine.move_to(THURSDAY + timedelta(hours=9))
    assert alarmed(shop)
    look_for_silence()
    work()
    assert [message.to for message in mail.outbox] == [[admin.email]]
    assert "Webshop" in mail.outbox[0].subject
    count_events(shop, events=1)
    shop.refresh_from_db()
    assert shop.alarmed_at is None


def test_hours_in_which_the_house_is_closed_do_not_count(shop, location, time_machine):
    open_for_dinner(location)
    time_machine.move_to(THURSDAY + timedelta(hours=2))
    assert not alarmed(shop)  # an hour of dinner, seven events at most
    time_machine.move_to(THURSDAY + timedelta(hours=4))
    assert alarmed(shop)


def test_a_night_without_orders_is_no_silence(shop, location, time_machine):
    open_for_dinner(location)
    count_events(shop, events=1, at=THURSDAY.replace(hour=22, minute=55))
    time_machine.move_to(THURSDAY + timedelta(hours=25))
    assert not alarmed(shop)


def test_who_sends_seldom_is_not_watched(connect, time_machine):
    time_machine.move_to(THURSDAY)
    shop = connect("shopify")
    count_events(shop, events=3)
    time_machine.move_to(THURSDAY + timedelta(days=10))
    assert not alarmed(shop)


def test_off_and_muted_sources_are_left_alone(shop, admin, time_machine):
    time_machine.move_to(THURSDAY + timedelta(hours=12))
    mute_source(shop, until=THURSDAY + timedelta(days=1))
    assert not alarmed(shop)
    mute_source(shop, until=THURSDAY)
    switch_source(shop, is_on=False, actor=admin)
    assert not alarmed(shop)
    assert not Job.objects.exists()


def test_the_page_says_so_and_can_be_muted(shop, admin, sign_in, time_machine):
    time_machine.move_to(THURSDAY + timedelta(hours=12))
    client = sign_in(admin)
    page = client.get(reverse("orders:sources")).content.decode()
    assert "No order from Webshop for 12 hours" in page
    client.post(reverse("orders:source-mute", args=[shop.pk]))
    assert "No order from Webshop" not in client.get(reverse("orders:sources")).content.decode()


def test_the_usual_distance_is_by_opening(shop, location):
    open_for_dinner(location)
    rhythm = rhythms_of([shop], now=THURSDAY)[shop.pk]
    assert (rhythm.per_day, round(rhythm.every_minutes)) == (40, 9)
