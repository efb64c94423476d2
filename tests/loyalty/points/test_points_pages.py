"""The ledger of the house, corrections with their reason, expired points given back by page."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from backoffice.audit.models import ExportRun
from customers.models import CustomerStats
from loyalty.models import PointsEntry
from loyalty.points import PointsLine, add_lines
from loyalty.points.expiry import expire_points
from tests.factories import make_customer
from tests.orders.factories import MORNING


@pytest.fixture
def client_of(sign_in, manager, location):
    return sign_in(manager)


@pytest.fixture
def customer(organisation, location):
    customer = make_customer(organisation)
    add_lines(organisation, [PointsLine(customer.pk, "adjusted", 30, MORNING, expires_on=date(2026, 1, 1))])
    return customer


def balance() -> int:
    return CustomerStats.objects.values_list("points", flat=True).get()


def test_a_correction_is_kept_with_reason_and_person(client_of, manager, customer):
    data = {"points": "−20", "reason": "Counted twice"}
    response = client_of.post(f"/loyalty/points/correct/{customer.pk}/", data)

    assert response.status_code == 302 and balance() == 10
    entry = PointsEntry.objects.latest("pk")
    assert (entry.kind, entry.points, entry.reason, entry.actor) == (
        "adjusted",
        -20,
        "Counted twice",
        manager,
    )
    for page in ("/loyalty/points/", f"/customers/{customer.pk}/?tab=points"):
        assert "Counted twice" in client_of.get(page).text


@pytest.mark.parametrize(
    ("field", "data"),
    [
        ("points", {"points": "-31", "reason": "Mistake"}),
        ("points", {"points": "0", "reason": "Mistake"}),
        ("points", {"points": "9" * 400, "reason": "Mistake"}),
        ("points", {"points": "viele", "reason": "Mistake"}),
        ("reason", {"points": "5", "reason": ""}),
        ("reason", {"points": "5", "reason": "ß" * 10_000}),
    ],
)
def test_a_correction_that_cannot_be_is_refused_at_its_field(client_of, customer, field, data):
    response = client_of.post(f"/loyalty/points/correct/{customer.pk}/", data)

    assert field in response.context["form"].errors
    assert balance() == 30


def test_expired_points_are_given_back_by_page(client_of, customer):
    expire_points()
    today = timezone.now().date()
    data = {"first": today - timedelta(days=1), "last": today + timedelta(days=1), "reason": "Closed"}
    late = client_of.post("/loyalty/points/give-back/", data | {"until": "2026-01-01"})
    assert late.context["form"].errors.keys() == {"until"} and balance() == 0

    client_of.post("/loyalty/points/give-back/", data | {"until": today + timedelta(days=30)})

    assert balance() == 30
    assert "30 points expire after" in client_of.get(f"/customers/{customer.pk}/?tab=points").text


@pytest.mark.parametrize("count", [1, 3])
def test_the_ledger_of_the_house_costs_the_same(
    organisation, client_of, customer, count, django_assert_num_queries
):
    for _ in range(count):
        line = PointsLine(make_customer(organisation).pk, "adjusted", 5, MORNING)
        add_lines(organisation, [line])
    client_of.get("/loyalty/points/")

    with django_assert_num_queries(4):
        rows = client_of.get("/loyalty/points/").context["rows"]
    assert len(rows) == count + 1


def test_the_kind_narrows_the_ledger(client_of, customer):
    expire_points()

    for kind, shown in (("expired", 1), ("earned", 0), ("nonsense", 2)):
        assert len(client_of.get(f"/loyalty/points/?kind={kind}").context["rows"]) == shown


def test_the_ledger_is_a_file_with_what_it_shows(client_of, customer, manager):
    client_of.post(f"/loyalty/points/correct/{customer.pk}/", {"points": "−20", "reason": "Zweimal gezählt"})
    expire_points()

    response = client_of.get("/loyalty/points/export.csv?kind=adjusted")
    file = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[4:8] for line in file[1:]] == [
        ["adjusted", "-20", "", "Zweimal gezählt"],
        ["adjusted", "30", "", ""],
    ]
    run = ExportRun.objects.get()
    assert (run.kind, run.rows_count, run.query) == ("points", 2, "kind=adjusted")
