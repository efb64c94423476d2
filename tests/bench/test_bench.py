import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from customers.invariants import broken_invariants
from customers.models import Customer, CustomerStats
from orders.models import Order
from tests.bench.__main__ import main
from tests.bench.building import build, built
from tests.bench.floors import floor
from tests.bench.report import Row, markdown
from tests.bench.timing import Measured, in_turn

GOALS = "F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12 F13 F14 F15 F16 F17 F18 F21".split()  # noqa: SIM905


@pytest.fixture
def bench(db):
    return build(300)


def test_what_is_built_breaks_no_invariant(bench):
    assert list(broken_invariants(bench)) == []


def test_customers_have_ten_orders_each_and_a_few_have_most(bench):
    most = CustomerStats.objects.order_by("-receipts_count").values_list("receipts_count", flat=True)

    assert Customer.objects.of(bench).count() == 300
    assert Order.objects.filter(organisation=bench).count() == 3_000
    assert most[0] > 50 > 5 > most[200]


def test_orders_grow_in_time(bench):
    middle = timezone.now() - timedelta(days=365)
    orders = Order.objects.filter(organisation=bench)

    assert orders.filter(placed_at__gt=middle).count() > 1.5 * orders.filter(placed_at__lt=middle).count()


def test_the_search_index_holds_what_was_loaded(bench):
    from customers.listing.search import find_matches

    customers = Customer.objects.of(bench)
    assert find_matches(bench, customers, "zwiebelturm").count.value == 1


def test_indexes_come_back_after_loading(db):
    before = _index_names()

    build(300)

    assert _index_names() == before


def _index_names() -> set[str]:
    tables = ("customers_customer", "customers_customerstats", "orders_order", "orders_orderline")
    with connection.cursor() as cursor:
        found = [connection.introspection.get_constraints(cursor, table) for table in tables]
    return {name for constraints in found for name in constraints if not name.startswith("__")}


def test_a_bench_counts_as_built_only_at_its_end(bench):
    from loyalty.models import Programme

    assert built() == bench
    Programme.objects.all().delete()
    assert built() is None


def test_a_row_says_whether_it_keeps_its_goal():
    quick, slow = Measured(0.01, 5, 0.02), Measured(0.5, 5, 0.6)

    assert Row("F1", "list", quick, 0.008, "floor", 2.0, slow, peer_wanted=40).verdict == "ok"
    assert Row("F1", "list", quick, 0.004, "floor", 2.0).verdict == "short"
    assert Row("F1", "list", quick, 0.008, "floor", 2.0, slow, peer_wanted=60).verdict == "short of peer"


def test_a_rate_is_better_when_it_is_higher():
    row = Row("F13", "orders", Measured(5_000, 5, 4_000), 4_000, "", 1.0, unit="/s", is_rate=True)

    assert row.verdict == "ok"


def test_a_table_has_a_line_for_each_row():
    row = Row("F1", "list", Measured(0.01, 5, 0.02), 0.008, "floor", 2.0)

    lines = markdown([row, row]).splitlines()

    assert len(lines) == 4
    assert "10 ms (5)" in lines[2] and "8 ms floor" in lines[2] and "1.25" in lines[2]


def test_what_has_used_up_its_time_runs_no_more():
    once, often = in_turn(lambda: time.sleep(0.02), lambda: None, runs=3, budget=0.01, warm=False)

    assert (once.runs, often.runs) == (1, 3)


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own database is made the same way")
def test_the_command_prints_a_row_for_every_goal(tmp_path):
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/real.sqlite3",
        "DJANGO_SETTINGS_MODULE": "backoffice.settings",
        "VAR_DIR": str(tmp_path),
        "DEBUG": "true",
    }
    command = [sys.executable, "-m", "tests.bench", "--customers", "300", "--rows", "300", "--quick"]

    ended = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)

    assert ended.returncode == 0, ended.stderr[-3000:]
    found = {line.split("|")[1].strip() for line in ended.stdout.splitlines() if line.startswith("| F")}
    assert found == set(GOALS)
    assert list((tmp_path / "bench").glob("*.sqlite3*")) == [], "the bench takes its database away"
    assert not (tmp_path / "real.sqlite3").exists(), "it never opens the real one"


def test_an_unknown_goal_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--only", "F99"])

    assert "Known goals" in capsys.readouterr().err


def test_the_floor_is_one_plain_table_of_ready_strings(rf):
    page = floor(rf.get("/")).content.decode()

    assert (page.count("<tr>"), page.count("<td>")) == (50, 450)
