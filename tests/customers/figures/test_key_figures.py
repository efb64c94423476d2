"""The running month against the same days of the month before."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from backoffice.core.text.formats import Formats
from backoffice.core.text.periods import same_day_before
from customers.figures import count_customers, key_figures
from customers.listing.tiles import figures_of, make_tiles
from customers.models import CustomerCounters, DailyFigures

TODAY = date(2026, 11, 25)


@pytest.fixture
def figures(organisation, location):
    """Make daily figures, and the key figures of TODAY of them."""

    def figures(**days):
        for day, (joined, receipts, cents) in days.items():
            day = date.fromisoformat(day.removeprefix("on_").replace("_", "-"))
            DailyFigures.objects.create(
                organisation=organisation,
                location=location,
                source="web",
                day=day,
                month=day.year * 12 + day.month - 1,
                joined=joined,
                known_receipts=receipts,
                known_revenue_cents=cents,
            )
        return key_figures(organisation, today=TODAY, counters=count_customers(organisation))

    return figures


def formats(language="en", today=TODAY) -> Formats:
    now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    return Formats(language, "EUR", ZoneInfo("Europe/Berlin"), now)


def tiles(key_figures) -> dict:
    return {tile.label: tile for tile in make_tiles(key_figures, formats())}


def test_the_running_month_is_compared_with_the_same_days_of_the_month_before(figures):
    found = figures(
        on_2026_10_01=(100, 10, 20_000),
        on_2026_10_25=(47, 10, 20_000),
        on_2026_10_26=(38, 99, 900_000),  # after the same days
        on_2026_11_25=(159, 20, 60_000),
        on_2025_11_30=(1, 1, 1),
    )

    assert (found.this_month.joined, found.before.joined) == (159, 147)
    assert [month.joined for month in found.months[-2:]] == [185, 159]
    assert len(found.months) == 12
    new, average = tiles(found)["New this month"], tiles(found)["Average order value"]
    revenue = tiles(found)["Revenue from known customers"]
    assert (new.delta.text, new.delta.direction) == ("12 more", 1)
    assert (average.value, average.delta.text, average.delta.direction) == ("€30.00", "50.0%", 1)
    assert (revenue.value, revenue.delta.text) == ("€600.00", "50.0%")


def test_as_many_as_before_is_neither_more_nor_fewer(figures):
    found = figures(on_2026_11_03=(5, 2, 4_000), on_2026_10_03=(5, 2, 4_000))

    delta = tiles(found)["New this month"].delta
    assert (delta.text, delta.direction) == ("as many", 0)


def test_nothing_to_compare_shows_nothing(figures):
    found = figures(on_2026_11_03=(5, 2, 4_000), on_2026_10_30=(9, 3, 9_000))

    assert [tile.delta for tile in tiles(found).values()] == [None] * 7


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 11, 25), date(2026, 10, 25)),
        (date(2026, 3, 31), date(2026, 2, 28)),
        (date(2024, 3, 30), date(2024, 2, 29)),
        (date(2026, 1, 1), date(2025, 12, 1)),
    ],
)
def test_the_same_day_of_a_shorter_month_is_its_last(day, before):
    assert same_day_before(day) == before


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "1.–25. November, verglichen mit denselben Tagen im Oktober"),
        ("es", "1–25 de noviembre, en comparación con los mismos días de octubre"),
        ("en", "1–25 November, compared with the same days of October"),
    ],
)
def test_the_basis_stands_once_above_and_hidden_in_each_tile(figures, organisation, language, said):
    found = figures(on_2026_10_01=(3, 1, 2_000), on_2026_11_01=(4, 1, 3_000))
    assert found.before.joined == 3
    CustomerCounters.objects.create(
        organisation=organisation, location=organisation.locations.first(), source="web", active=7
    )

    with translation.override(language):
        shown = figures_of(
            organisation, None, (), counters=count_customers(organisation), formats=formats(language)
        )

    assert shown.basis == said
    assert shown.html.count(f'<span class="sr-only">{said.partition(", ")[2]}</span>') == 3


def test_with_nothing_to_compare_the_line_names_the_days_alone(figures, organisation):
    figures(on_2026_11_01=(4, 1, 3_000))

    with translation.override("en"):
        shown = figures_of(organisation, None, (), counters=count_customers(organisation), formats=formats())

    assert shown.basis == "1–25 November"
