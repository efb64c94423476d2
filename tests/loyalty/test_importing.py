"""Points that customers bring along: one opening line, a balance that is right, nothing twice."""

import io

import pytest
from django.core.exceptions import ValidationError

from customers.importing import import_customers
from customers.models import Customer, CustomerStats
from loyalty.imported_points import MAX_POINTS, parse_points
from loyalty.models import PointsEntry
from loyalty.models.points_entry import PointsKind
from loyalty.points import PointsLine, add_lines
from tests.factories import make_customer


@pytest.fixture
def take(organisation, location):
    """Import customers with points: lines of name, e-mail and points."""

    def take(*rows, header="Punkte", **options):
        content = "\n".join([f"Vorname;E-Mail;{header}", *rows]).encode()
        return import_customers(io.BytesIO(content), organisation=organisation, **options)

    return take


def ledger() -> list[tuple]:
    entries = PointsEntry.objects.order_by("customer__email", "pk")
    return list(entries.values_list("customer__email", "kind", "points"))


def balances() -> dict[str, tuple[int, int]]:
    stats = CustomerStats.objects.values_list("customer__email", "points", "earned_points")
    return {email: (points, earned) for email, points, earned in stats}


@pytest.mark.parametrize(
    ("text", "points"),
    [
        *(("0", 0), ("250", 250), ("1.234", 1234), ("1,234", 1234), ("1 234", 1234), ("1'234", 1234)),
        *(("1\u00a0234", 1234), ("1\u202f234", 1234), ("1’234", 1234)),
        *(("1.234.567", 1_234_567), ("250,00", 250), ("250.0", 250), ("0,00", 0)),
        *(("1.234,00", 1234), ("1,234.00", 1234), ("1 234,0", 1234), ("0.00000", 0), ("12.00000", 12)),
        *((str(MAX_POINTS), MAX_POINTS), ("٣", 3), ("１２５０", 1250), ("१.२५०", 1250)),
    ],
)
def test_points_are_read_with_comma_and_point(text, points):
    assert parse_points(text) == points


@pytest.mark.parametrize(
    "text",
    [
        "-5",
        "12,5",
        "0.5",
        "1e3",
        "viele",
        "1.23.456",
        "1.234,50",
        "1.234.00",
        "1.234,567",
        "12.50000",
        "250 Punkte",
        str(MAX_POINTS + 1),
        "9" * 40,
    ],
)
def test_what_is_no_whole_number_of_points_is_refused(text):
    with pytest.raises(ValidationError) as caught:
        parse_points(text)
    assert caught.value.code == "points"


def test_points_become_one_opening_line_and_the_balance(take):
    take("Zoë;a@example.org;1.250", "José;b@example.org;0", "Eva;c@example.org;")

    assert ledger() == [("a@example.org", PointsKind.OPENING, 1250)]
    assert balances()["a@example.org"][0] == 1250
    assert [balances()[f"{name}@example.org"][0] for name in "bc"] == [0, 0]


def test_the_same_file_again_gives_nothing_again(take):
    for points in ("1.250", "1.250", "9.999"):
        take(f"Zoë;a@example.org;{points}")

    assert ledger() == [("a@example.org", PointsKind.OPENING, 1250)]
    assert balances()["a@example.org"][0] == 1250


def test_a_customer_twice_in_a_file_gets_the_points_of_the_first_row(take):
    take("Zoë;a@example.org;100", "Zoë;A@example.org;900")

    assert ledger() == [("a@example.org", PointsKind.OPENING, 100)]


def test_a_customer_who_collects_here_already_keeps_the_balance(take, organisation):
    customer = make_customer(organisation, first_name="Zoë", email="a@example.org")
    add_lines(organisation, [PointsLine(customer.pk, PointsKind.EARNED, 40, customer.joined_at, None)])

    take("Zoë;a@example.org;1000")

    assert balances()["a@example.org"][0] == 40
    assert [kind for _email, kind, _points in ledger()] == [PointsKind.EARNED]


def test_a_dry_run_gives_no_points(take):
    take("Zoë;a@example.org;100", dry_run=True)

    assert not PointsEntry.objects.exists() and not Customer.objects.exists()


@pytest.mark.parametrize("points", ["viele", "12,5", "-3"])
def test_points_that_are_no_whole_number_cost_no_customer(take, points):
    result = take(f"Zoë;a@example.org;{points}", "José;b@example.org;5")

    assert (result.counts.created, result.counts.rejected, result.counts.hints) == (2, 0, 1)
    assert ledger() == [("b@example.org", PointsKind.OPENING, 5)]


@pytest.mark.parametrize(
    "header", ["Punktestand", "Treuepunkte", "Saldo de puntos", "Puntos", "Loyalty points", "Points balance"]
)
def test_points_of_other_houses_are_known_by_their_header(take, header):
    take("Zoë;a@example.org;7", header=header)

    assert balances()["a@example.org"][0] == 7
