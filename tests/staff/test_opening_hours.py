"""When a location takes customers: how hours are written, and why a moment lies outside them."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from backoffice.staff.models import ClosedDays, OpeningHours
from backoffice.staff.opening_hours import add_closed_days, openings_of, set_hours
from backoffice.staff.opening_hours.reading import parse_hours

LUNCH, LATE = (time(11, 30), time(14, 30)), (time(18), time(2))
THURSDAY = date(2026, 11, 12)


@pytest.fixture
def client(sign_in, admin):
    return sign_in(admin)


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("", []),
        ("11:30–14:30", [LUNCH]),
        ("18-2, 11.30 - 14.30 Uhr", [LUNCH, LATE]),
        ("18:00—24:00", [(time(18), time(0))]),
        ("٩-12", [(time(9), time(12))]),
    ],
)
def test_hours_are_read_as_people_write_them(text, ranges):
    assert parse_hours(text) == ranges


@pytest.mark.parametrize(
    "text",
    [
        *["11:30", "25-26", "9:60-10", "9-9", "always", "9-10-11", "1-2,3-4,5-6,7-8,9-10", "9" * 10_000],
        *["11-15, 14-18", "18-2, 20-22"],
    ],
)
def test_what_is_no_hours_is_refused(text):
    with pytest.raises(ValidationError):
        parse_hours(text)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        *[("11:15", False), ("11:30", True), ("14:30", False), ("17:45", False), ("18:00", True)],
        *[("23:45", True), ("00:30", False)],
    ],
)
def test_a_moment_lies_within_the_hours_of_its_day(location, admin, at, is_open):
    set_hours(location, {THURSDAY.weekday(): [LUNCH, LATE]}, actor=admin)
    moment = datetime.combine(THURSDAY, time.fromisoformat(at))
    assert (openings_of([location])[location.pk].closure(moment) is None) is is_open


def test_after_midnight_the_hours_of_yesterday_run_on(location, admin):
    set_hours(location, {THURSDAY.weekday(): [LATE]}, actor=admin)
    night = datetime.combine(THURSDAY + timedelta(days=1), time(1, 45))
    openings = openings_of([location])[location.pk]
    assert openings.closure(night) is None
    assert openings.closure(night + timedelta(minutes=15)).hours == ()


def test_closed_days_close_and_last_to_the_end_of_their_night(location, admin):
    set_hours(location, {day: [LATE] for day in range(7)}, actor=admin)
    add_closed_days(location, first_on=THURSDAY, last_on=THURSDAY, reason="Wedding", actor=admin)
    openings = openings_of([location])[location.pk]

    def closed(day, at):
        return openings.closure(datetime.combine(day, at)) is not None

    assert not closed(THURSDAY, time(1))  # of Wednesday
    assert closed(THURSDAY, time(19))
    assert closed(THURSDAY + timedelta(days=1), time(1))
    assert not closed(THURSDAY + timedelta(days=1), time(19))


def test_without_any_hours_nobody_is_asked(location):
    assert openings_of([location])[location.pk].closure(datetime(2026, 1, 1, 4)) is None


def hours(location):
    return reverse("staff:location_hours", args=[location.pk])


def test_an_admin_sets_the_hours(client, location):
    client.post(hours(location), {"day0": "11:30-14:30, 18-2", "day6": ""})
    assert set(OpeningHours.objects.values_list("weekday", "opens", "closes")) == {(0, *LUNCH), (0, *LATE)}
    page = client.get(hours(location)).content.decode()
    assert "11:30–14:30, 18:00–02:00" in page
    assert "/reservations/?conflicts=1" in page
    client.post(hours(location), {"day0": "11:30-14:30, 18-2"})
    assert AuditEntry.objects.filter(action="location.hours_changed").count() == 1


def test_hours_that_cannot_be_read_are_told_at_their_day(client, location, admin):
    set_hours(location, {1: [LUNCH]}, actor=admin)
    response = client.post(hours(location), {"day0": "always", "day2": "a\x00b", "day3": "x" * 10_000})
    assert response.status_code == 422
    assert set(response.context["hours"].errors) == {"day0", "day2", "day3"}
    assert OpeningHours.objects.count() == 1


def test_days_are_closed_and_opened_again(client, location):
    first = timezone.now().date() + timedelta(days=30)
    address = reverse("staff:closed_days_add", args=[location.pk])
    client.post(address, {"first_on": first.isoformat(), "last_on": "", "reason": "Wedding"})
    days = ClosedDays.objects.get()
    assert (days.first_on, days.last_on, days.reason) == (first, first, "Wedding")
    assert "Wedding" in client.get(hours(location)).content.decode()
    client.post(reverse("staff:closed_days_remove", args=[days.pk]))
    assert not ClosedDays.objects.exists()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"first_on": ""}, "first_on"),
        ({"first_on": "9999-12-31", "last_on": ""}, "first_on"),
        ({"first_on": "2001-01-01", "last_on": ""}, "first_on"),
        ({"last_on": "9999-12-31"}, "first_on"),
        ({"last_on": "2001-01-01"}, "last_on"),
        ({"last_on": "x"}, "last_on"),
        ({"reason": "a\x00"}, "reason"),
        ({"reason": "x" * 10_000}, "reason"),
    ],
)
def test_days_that_cannot_be_are_refused(client, location, fields, name):
    first = (timezone.now().date() + timedelta(days=30)).isoformat()
    address = reverse("staff:closed_days_add", args=[location.pk])
    response = client.post(address, {"first_on": first, "last_on": first, "reason": ""} | fields)
    assert response.status_code == 422
    assert name in response.context["closing"].errors
    assert not ClosedDays.objects.exists()


@pytest.mark.parametrize("weekday", [7, 99])
def test_a_week_has_seven_days(location, weekday):
    with pytest.raises(IntegrityError, match="opening_hours_weekday"), transaction.atomic():
        OpeningHours.objects.create(location=location, weekday=weekday, opens=time(9), closes=time(10))


def test_closed_days_end_after_they_begin(location):
    with pytest.raises(IntegrityError, match="closed_days_in_order"), transaction.atomic():
        ClosedDays.objects.create(location=location, first_on=THURSDAY, last_on=date(2026, 11, 11))


def test_hours_begin_once(location):
    OpeningHours.objects.create(location=location, weekday=1, opens=time(9), closes=time(10))
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningHours.objects.create(location=location, weekday=1, opens=time(9), closes=time(11))
