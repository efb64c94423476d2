"""A real standby by streaming replication: which page reads where, and what happens when it fails."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import psycopg
import pytest
from django.utils import timezone

from tests.clusters import Cluster
from tests.deploy.machines import DATABASE, ROLE, Host, order
from tests.deploy.test_hosts import ACTIVE
from tests.jobs.test_worker import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.django_db, pytest.mark.timeout(180)]
WROTE = "wrote=1"
LAG_SECONDS = 30
LATE = {
    "/customers/": "{name}",
    "/customers/export.csv": "{name}",
    "/orders/": "{name}",
    "/orders/export.csv": "{number}",
    "/orders/hours/?q={name}": "7.00",
    "/products/report/": "{dish}",
    "/products/report/export.csv": "{dish}",
}
numbers = count(1)


class Standby(Cluster):
    @property
    def own_url(self):
        return self.url(DATABASE).replace("postgres@", f"{ROLE}@")

    def ask(self, sql, *values):
        with psycopg.connect(self.url(DATABASE), autocommit=True) as connection:
            try:
                return connection.execute(sql, values).fetchall()
            except psycopg.errors.SerializationFailure:  # ended by replay: a standby's lot
                return connection.execute(sql, values).fetchall()

    def catch_up(self, primary):
        """Replay all that the primary has written, a moment ago at most."""
        beat = "INSERT INTO jobs_workerheartbeat VALUES ('here', now()) ON CONFLICT (worker_id) "
        primary.ask(f"{beat} DO UPDATE SET seen_at = now()")
        ((until,),) = primary.ask("SELECT pg_current_wal_lsn()::text")
        wait_for(lambda: self.ask("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", until) == [(True,)])


@pytest.fixture(scope="module")
def standby(primary, world):
    standby = Standby()
    try:
        standby.follow(primary)
        with (standby.files / "postgresql.auto.conf").open("a") as configuration:
            configuration.write("max_standby_streaming_delay = 500ms\n")
        yield standby.start()
    finally:
        standby.remove()


@pytest.fixture(scope="module")
def host(primary, standby, shared):
    places = {"DATABASE_URL": primary.own_url, "REPLICA_URL": standby.own_url}
    limits = {"REPLICA_MAX_LAG_SECONDS": f"{LAG_SECONDS}", "EXPORTS_PER_USER_AND_DAY": "1000"}
    host = Host(shared, **places, **limits)
    host.web.start()
    yield host
    host.end()


@pytest.fixture
def paused(standby, primary):
    """The standby replays nothing more until the test ends."""
    standby.catch_up(primary)
    standby.ask("SELECT pg_wal_replay_pause()")
    wait_for(lambda: standby.ask("SELECT pg_get_wal_replay_pause_state()") == [("paused",)])
    yield
    standby.ask("SELECT pg_wal_replay_resume()")


def write_order(host, world):
    """An order of a new customer, by a till; what pages say of it."""
    number = next(numbers)
    said = {"name": f"Rosa{number}", "number": f"R-{number}", "dish": f"Risotto{number}"}
    line = {"item": said["dish"], "quantity": 1, "unit_price_cents": 700}
    customer = {"phone": f"+49170555{number:04}", "last_name": said["name"]}
    sent = order(said["number"], "", placed_at=timezone.now().isoformat(), lines=[line], customer=customer)
    assert host.send(world["keys"][0], "/orders", sent)[0] == 201
    return said


def shown(host, world, said, *cookies):
    """The pages of LATE that know what was written."""
    pages = {path: text.format_map(said) for path, text in LATE.items()}
    return {
        path
        for path, text in pages.items()
        if text in host.page(path.format_map(said), world["session"], *cookies)
    }


@pytest.mark.usefixtures("paused")
def test_lists_reports_and_files_are_read_from_the_replica(host, world):
    said = write_order(host, world)

    assert shown(host, world, said) == set()


@pytest.mark.usefixtures("paused")
def test_who_has_just_written_reads_from_the_primary(host, world):
    status, cookies, _text = host.press("/customers/columns/", world["session"], reset="1")
    assert status == 302
    (cookie,) = [cookie for cookie in cookies if cookie.startswith(f"{WROTE};")]
    assert f"Max-Age={LAG_SECONDS};" in cookie
    said = write_order(host, world)

    assert shown(host, world, said, WROTE) == set(LATE)


@pytest.mark.usefixtures("paused")
def test_pages_of_one_row_and_programs_read_from_the_primary(host, world, primary):
    said = write_order(host, world)
    (row,) = primary.ask("SELECT id, customer_id FROM orders_order WHERE external_id = %s", said["number"])

    assert said["dish"] in host.page(f"/orders/{row[0]}/", world["session"])
    assert said["name"] in host.page(f"/customers/{row[1]}/", world["session"])
    found = host.web.ask("GET", f"/api/v1/customers/{row[1]}", Authorization=f"Bearer {world['keys'][0]}")
    assert said["name"] in found[2]


@pytest.mark.usefixtures("paused")
def test_kept_figures_are_those_of_what_was_read(host, world):
    def active(*cookies):
        return ACTIVE.search(host.page("/customers/", world["session"], *cookies))[1]

    before = active()
    write_order(host, world)
    seen = [active(), active(WROTE), active(), active(WROTE)]

    assert seen == [before, seen[1], before, seen[1]] and seen[1] != before


def reads_late(host, **environment):
    """Whether a process that starts now would read from the replica."""
    look = "from backoffice.core.database.replica import may_read_late; print(may_read_late())"
    return host.manage("shell", "-v0", "-c", look, **environment).stdout == "True\n"


@pytest.mark.usefixtures("paused")
def test_a_replica_too_far_behind_is_not_read(host):
    time.sleep(1)
    assert not reads_late(host, REPLICA_MAX_LAG_SECONDS="1")
    assert reads_late(host)


SLOW = """
CREATE POLICY slow ON customers_customer USING (NOT pg_is_in_recovery() OR pg_sleep(0.1) IS NOT NULL);
ALTER TABLE customers_customer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
"""
QUICK = """
ALTER TABLE customers_customer DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
DROP POLICY slow ON customers_customer;
"""


@pytest.mark.parametrize("path", ["/customers/", "/customers/export.csv"])
def test_the_primary_answers_when_replay_ends_a_query(host, world, standby, primary, path):
    said = write_order(host, world)
    primary.ask(SLOW)
    standby.catch_up(primary)
    sleeping = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    with ThreadPoolExecutor() as pool:
        page = pool.submit(host.page, path, world["session"])
        wait_for(lambda: standby.ask(sleeping))
        primary.ask(QUICK)  # locks the table, also where it is replayed

    assert said["name"] in page.result()
    assert "due to conflict with recovery" in (standby.folder / "log").read_text()


def test_nothing_is_written_where_lists_are_read(host, standby, primary):
    """Not even where somebody names the primary by mistake; it is not read as a replica either."""
    write = "from customers.models import Customer; Customer.objects.using('replica').update(first_name='x')"
    told = host.manage("shell", "-c", write, REPLICA_URL=primary.own_url)

    assert "cannot execute UPDATE in a read-only transaction" in told.stderr
    standby.catch_up(primary)
    assert reads_late(host)
    assert not reads_late(host, REPLICA_URL=primary.own_url)


def test_pages_answer_without_the_replica(host, world, standby):
    said = write_order(host, world)
    standby.stop("immediate")

    try:
        assert shown(host, world, said) == set(LATE)
    finally:
        standby.start()
