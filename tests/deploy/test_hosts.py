"""Two hosts with a web server and a worker each, behind pgbouncer with a small pool: one installation."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection

import pytest
from django.conf import settings

from tests.deploy.machines import Host, order
from tests.deploy.world import CUSTOMERS, PASSWORD
from tests.jobs.test_worker import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.django_db, pytest.mark.timeout(180)]
pytestmark += [pytest.mark.usefixtures("_no_worker_stays")]
HEAD = "order_id;placed_at;item;quantity;unit_price;customer_phone;customer_name\n"
ACTIVE = re.compile(r'Active customers\s*</span>\s*<span class="tile-value">\s*([\d,]+)')
PERIODIC = "backoffice.jobs.caretaking.run_periodic"


@pytest.fixture(scope="module")
def hosts(world, pooler, shared):
    behind = {"DATABASE_URL": pooler.url, "DATABASE_POOLED": "true"}
    limits = {"API_REQUESTS_PER_MINUTE": "200", "JOB_LEASE_SECONDS": "2"}
    hosts = [Host(shared, workers=number, **behind, **limits) for number in (2, 1)]
    with ExitStack() as running, ThreadPoolExecutor() as pool:
        for host in hosts:
            running.callback(host.end)
        list(pool.map(lambda host: host.web.start(), hosts))
        yield hosts


@pytest.fixture
def _no_worker_stays(hosts):
    yield
    for host in hosts:
        host.kill_worker()


def send_file(host, key, rows, name):
    """A file of orders of one known customer; the number of its import."""
    lines = (f"{name}{n};2026-01-02T18:00;Soup;1;7,00;+491710000001;Guest1\n" for n in range(rows))
    connection = HTTPConnection("127.0.0.1", host.web.port, timeout=60)
    connection.request(
        "POST",
        f"/api/v1/orders/files?name={name}.csv",
        (HEAD + "".join(lines)).encode(),
        {"Host": "localhost", "Authorization": f"Bearer {key}", "Content-Type": "text/csv"},
    )
    answer = connection.getresponse()
    assert answer.status == 202, answer.read()
    return json.load(answer)["id"]


def take_in(primary, run):
    """What was read begins when a worker looks for files, once a minute; here at once."""
    wait_for(lambda: primary.ask("SELECT 1 FROM orders_orderimport WHERE id = %s AND profile <> '{}'", run))
    primary.ask("DELETE FROM jobs_periodicrun WHERE name LIKE %s", "%.take_files")


def state_of(primary, run):
    (row,) = primary.ask("SELECT state, problem FROM orders_orderimport WHERE id = %s", run)
    return row


def test_a_new_phone_over_both_hosts_is_one_customer(hosts, world, primary):
    with ThreadPoolExecutor(8) as pool:
        sent = [(hosts[n % 2], world["keys"][n % 5], "/orders", order(n, "+4917099999")) for n in range(50)]
        answers = list(pool.map(lambda one: one[0].send(*one[1:]), sent))

    assert {status for status, _headers, _text in answers} == {201}
    found = primary.ask(
        "SELECT s.receipts_count, s.revenue_cents FROM customers_customer c "
        "JOIN customers_customerstats s ON s.customer_id = c.id WHERE c.phone = '+4917099999'"
    )
    assert found == [(50, 50 * 700)]


def test_who_signs_in_on_one_host_is_known_on_the_other(hosts):
    status, cookies, _text = hosts[0].press("/login/", login="ada@example.org", password=PASSWORD)

    assert status == 302
    (session,) = [cookie for cookie in cookies if cookie.startswith("session=")]
    assert "Guest1" in hosts[1].page("/customers/?q=Guest1", session.removeprefix("session=").split(";")[0])


def test_wrong_passwords_are_counted_over_both_hosts(hosts):
    wrong = {"login": "nobody@example.org", "password": "a wrong passphrase"}
    tries = [hosts[n % 2].press("/login/", **wrong)[2] for n in range(6)]

    assert ["Too many" in text for text in tries] == [False] * 5 + [True]


def test_requests_of_a_key_are_counted_over_both_hosts(hosts, world):
    minute = None
    while minute != time.time() // 60:  # again when another one began meanwhile
        minute = time.time() // 60
        asked = [(hosts[n % 2], world["keys"][5], "/reservations", {}) for n in range(230)]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda one: one[0].send(*one[1:]), asked))

    refused = [status for status, _headers, _text in answers if status == 429]
    assert len(refused) >= 30


def test_figures_kept_by_one_host_follow_what_another_writes(hosts, world):
    """Asked in turn, each process of the first host keeps them before and after."""

    def active():
        pages = [host.page("/customers/", world["session"]) for host in (*hosts, *hosts * 2)]
        return {ACTIVE.search(page)[1] for page in pages}

    (before,) = active()
    paula = {"phone": "0170 8888888", "first_name": "Paula"}
    assert hosts[1].send(world["keys"][0], "/customers", paula)[0] == 201
    (after,) = active()

    assert int(after.replace(",", "")) == int(before.replace(",", "")) + 1


def test_a_file_is_taken_in_once_though_its_worker_is_killed(hosts, world, primary):
    hosts[0].start_worker()
    run = send_file(hosts[0], world["keys"][1], 8_000, "long")
    take_in(primary, run)
    begun = "SELECT 1 FROM jobs_job WHERE kind = 'orders.run_import' AND status = 'running'"
    wait_for(lambda: primary.ask(begun))
    hosts[0].kill_worker()
    assert state_of(primary, run)[0] == "running"

    hosts[1].start_worker()
    wait_for(lambda: state_of(primary, run)[0] == "done")
    hosts[1].kill_worker()

    taken = "SELECT COUNT(*), SUM(total_cents) FROM orders_order WHERE external_id LIKE %s"
    assert primary.ask(taken, "long%") == [(8_000, 8_000 * 700)]


def test_two_workers_do_what_is_due_from_time_to_time_once(hosts, primary):
    primary.ask("DELETE FROM jobs_periodicrun")
    primary.ask(f"DELETE FROM jobs_job WHERE kind = '{PERIODIC}'")
    for host in hosts:
        host.start_worker()
    wait_for(lambda: primary.ask("SELECT COUNT(*) FROM jobs_workerheartbeat") >= [(2,)])

    done = f"SELECT COUNT(*) FROM jobs_job WHERE kind = '{PERIODIC}' AND status = 'done'"
    wait_for(lambda: primary.ask(done) >= [(len(settings.PERIODIC_TASKS),)])
    assert primary.ask(done) == [(len(settings.PERIODIC_TASKS),)]


def test_all_at_once_through_three_connections(hosts, world, primary):
    run = send_file(hosts[1], world["keys"][1], 300, "taken-back")
    hosts[1].start_worker()
    with ThreadPoolExecutor(8) as pool:
        file = pool.submit(hosts[0].page, "/customers/export.csv", world["session"])
        pages = [pool.submit(hosts[n % 2].page, "/customers/", world["session"]) for n in range(20)]
        take_in(primary, run)
        wait_for(lambda: state_of(primary, run)[0] == "done")
        hosts[0].press(f"/orders/import/{run}/undo/", world["session"])
        wait_for(lambda: state_of(primary, run)[0] == "undone")
        assert all(page.result() for page in pages)

    assert len(file.result().splitlines()) > CUSTOMERS
    checked = hosts[0].manage("check_invariants")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_without_the_setting_a_file_loses_its_cursor(hosts, tmp_path):
    command = ("export_customers", "--format", "csv", "--output", tmp_path / "guests.csv")

    assert "does not exist" in hosts[0].manage(*command, DATABASE_POOLED="false").stderr
    assert hosts[0].manage(*command).returncode == 0
    assert len((tmp_path / "guests.csv").read_text().splitlines()) > CUSTOMERS


def test_a_backup_goes_around_the_pooler(hosts, primary, tmp_path):
    refused = hosts[0].manage("backup", tmp_path)
    assert "Set DATABASE_DIRECT_URL" in refused.stderr

    assert hosts[0].manage("backup", tmp_path, DATABASE_DIRECT_URL=primary.own_url).returncode == 0
    (backup,) = tmp_path.iterdir()
    assert (backup / "database.dump").stat().st_size > 100_000
