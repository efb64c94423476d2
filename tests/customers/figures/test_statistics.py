from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backoffice.core.text.periods import local_day
from customers.figures.rebuilding import differences, rebuild_statistics
from customers.figures.statistics import refresh_monthly_spend
from customers.models import CustomerStats, SpendMonth
from orders.recording import record_order
from tests.orders.factories import make_event, make_programme


@pytest.fixture
def stats(organisation, location):
    """Anna's: three receipts in March 2026, 100.01 in all, and her points."""
    make_programme(organisation)
    for cents in (5_000, 2_500, 2_501):
        record_order(organisation=organisation, event=make_event(location, total_cents=cents))
    return CustomerStats.objects.get()


def test_monthly_spend_is_divided_anew_once_a_month(organisation, stats, django_assert_num_queries):
    assert refresh_monthly_spend(organisation, date(2026, 5, 1))
    stats.refresh_from_db()
    # three months: March, April, May
    assert stats.monthly_spend_cents == stats.monthly_spend(date(2026, 5, 1)) == 3_334

    with django_assert_num_queries(1):
        assert not refresh_monthly_spend(organisation, date(2026, 5, 31))

    assert refresh_monthly_spend(organisation, date(2027, 2, 1))
    stats.refresh_from_db()
    assert stats.monthly_spend_cents == stats.monthly_spend(date(2027, 2, 1)) == 833


def test_monthly_spend_of_a_month_before_the_first_receipt_is_all_of_it(organisation, stats):
    refresh_monthly_spend(organisation, date(2025, 1, 1))
    stats.refresh_from_db()
    assert stats.monthly_spend_cents == 10_001


def test_monthly_spend_of_another_organisation_stays(organisation, stats, other_organisation):
    before = stats.monthly_spend_cents
    refresh_monthly_spend(other_organisation, date(2030, 1, 1))
    stats.refresh_from_db()
    assert stats.monthly_spend_cents == before


SPOILED = {
    "receipts_count": 9,
    "revenue_cents": 1,
    "tips_cents": 4,
    "average_order_cents": 5,
    "first_order_on": date(2020, 1, 1),
    "last_order_at": None,
    "last_order_status": "late",
    "last_service_type": "dine_in",
    "points": 3,
    "earned_points": 3,
}


@pytest.mark.parametrize("field", SPOILED)
def test_a_wrong_figure_is_found_and_repaired(organisation, stats, field):
    CustomerStats.objects.update(**{field: SPOILED[field]})
    assert field in {difference.field for difference in differences(organisation)}

    assert rebuild_statistics(organisation) == 1

    assert not list(differences(organisation))
    assert CustomerStats.objects.values().get() == CustomerStats.objects.filter(pk=stats.pk).values().get()
    assert getattr(CustomerStats.objects.get(), field) == getattr(stats, field)


def test_monthly_spend_is_checked_while_it_is_exact(organisation, stats):
    refresh_monthly_spend(organisation, local_day(timezone.now(), organisation.tz))
    CustomerStats.objects.update(monthly_spend_cents=1)
    assert [difference.field for difference in differences(organisation)] == ["monthly_spend_cents"]

    SpendMonth.objects.update(month=1)
    assert not list(differences(organisation))


def test_lost_statistics_are_written_anew(organisation, stats):
    CustomerStats.objects.all().delete()
    rebuild_statistics(organisation)
    assert CustomerStats.objects.get().revenue_cents == stats.revenue_cents


def test_the_command_lists_what_differs_and_fails(organisation, stats):
    CustomerStats.objects.update(revenue_cents=1)
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("rebuild_customer_stats", "--check", stdout=out)

    assert f"customer {stats.pk}: revenue_cents is 1, must be 10001" in out.getvalue()
    assert CustomerStats.objects.get().revenue_cents == 1


def test_the_command_repairs_and_then_finds_nothing(organisation, stats):
    CustomerStats.objects.update(revenue_cents=1)
    call_command("rebuild_customer_stats", stdout=StringIO())
    call_command("rebuild_customer_stats", "--check", stdout=StringIO())


def test_the_command_asks_which_organisation_is_meant(organisation, other_organisation):
    with pytest.raises(CommandError, match=r"casa-azul, lindenhof"):
        call_command("rebuild_customer_stats", stdout=StringIO())
    with pytest.raises(CommandError, match="no organisation 'nowhere'"):
        call_command("rebuild_customer_stats", organisation="nowhere", stdout=StringIO())
