"""What may happen to a server on a Friday evening: killed twenty times, without its database, without room.
What was taken is stored, once; what was not says so and is taken when it is sent again (TRUST I6, I7, §9)."""

import os
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.db.models import Count
from django.urls import reverse

from customers.invariants import broken_invariants
from orders.models import Order
from tests.api.crowd import Crowd, Message
from tests.api.live import LiveServer
from tests.clusters import Cluster
from tests.core.test_full_disk import full
from tests.jobs.test_worker import database_url, wait_for
from tests.orders.recording.test_api import ORDER
from tests.orders.sources.senders import body_of, connect_source, headers_of, sample, work

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
KILLS = 20


@pytest.fixture
def tills(till):
    """Makers of messages: a till by orders, one by batches; both know their customer by phone."""
    key = {"Authorization": f"Bearer {till().text}"}

    def order(number):
        customer = {"phone": f"0171 39200{number % 90 + 10}", "last_name": "Müller"}
        return ORDER | {"external_id": f"K-{number}", "customer": customer}

    def one(number):
        return Message("/api/v1/orders", body_of(order(number)), key, (f"K-{number}",))

    def batch(number):
        orders = [order(number * 10 + place) for place in range(5)]
        numbers = tuple(one["external_id"] for one in orders)
        return Message("/api/v1/orders/batch", body_of({"orders": orders}), key, numbers)

    return [one, one, batch]


@pytest.fixture
def shop(organisation, location, admin):
    """A maker of messages: a shop whose webhooks are signed."""
    source = connect_source("woocommerce", admin=admin, organisation=organisation, location=location)

    path = reverse("orders:hook", args=[source.hook_key])

    def message(number):
        body = body_of(sample("woocommerce_order", id=number, number=f"{number}"))
        headers = headers_of(source, body, topic="order.created", delivery=f"W-{number}")
        return Message(path, body, headers, (f"{number}",))

    return message


@pytest.mark.parametrize("server", [2], indirect=True)
def test_killed_twenty_times_nothing_is_lost_or_doubled(server, organisation, tills, shop):
    crowd = Crowd(server.port, [*tills, shop])
    with crowd.sending():
        for _ in range(KILLS):
            time.sleep(0.3)
            server.kill()
            server.start()
    work()

    assert set(crowd.refused) == {0}
    assert stored_once() == crowd.numbers()
    assert [orders_in(crowd.insist(message)) for message, _answer in crowd.taken] == [
        orders_in(answer) for _message, answer in crowd.taken
    ]
    assert not list(broken_invariants(organisation))


@contextmanager
def serving(folder, url):
    """The production server on another database, and a worker beside it, which must outlive what follows."""
    server = LiveServer(folder / "media", workers=2, database=url)
    # a crash of the database may take nothing along, and nobody waits half a minute for a task
    server.environment |= {"SYNCHRONOUS_COMMIT": "on", "JOB_LEASE_SECONDS": "2"}
    server.start()
    worker = subprocess.Popen(server.worker_command(), env=server.environment)  # noqa: S603
    try:
        yield server
        assert worker.poll() is None
    finally:
        worker.kill()
        worker.wait()
        server.kill()


@pytest.fixture
def cluster():
    cluster = Cluster().create().start()
    yield cluster
    cluster.remove()


@pytest.mark.postgresql
def test_the_database_restarts_under_load(cluster, tills, shop, tmp_path):
    url = cluster.take_copy(database_url(), "house")
    with serving(tmp_path, url) as server:
        crowd = Crowd(server.port, [*tills, shop])
        with crowd.sending():
            for mode in ("fast", "immediate", "fast"):
                time.sleep(1)
                cluster.stop(mode)
                time.sleep(1)
                cluster.start()
            time.sleep(1)
        everything = crowd.numbers()
        wait_for(lambda: stored_in(url) == everything)
        assert "hold" in server.manage("check_invariants")

    assert (set(crowd.refused), crowd.without_retry_after) == ({503}, 0)


@contextmanager
def room_for(folder: Path):
    """A small disk at this folder."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:  # noqa: S603
        pytest.skip("no small disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607


@pytest.fixture
def house_on_small_disk(tills, shop, request, tmp_path):
    """(folder, address) of a copy of the database, keys and all, whose tables lie on a small disk."""
    if connection.vendor == "sqlite":
        with room_for(tmp_path / "disk") as folder, connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / "house.sqlite3")])
            yield folder, f"sqlite:///{folder / 'house.sqlite3'}"
    else:
        cluster = request.getfixturevalue("cluster")
        with room_for(cluster.folder / "disk") as folder:  # elsewhere its user may not look
            yield folder, cluster.take_copy(database_url(), "house", f"TABLESPACE {cluster.space_at(folder)}")
            cluster.stop()


def test_a_disk_fills_up_under_load(house_on_small_disk, tills, shop, tmp_path):
    folder, url = house_on_small_disk
    with serving(tmp_path, url) as server:
        crowd = Crowd(server.port, [*tills, shop])
        with crowd.sending():
            time.sleep(1)
            with full(folder):
                time.sleep(4)
            time.sleep(1)
        everything = crowd.numbers()
        wait_for(lambda: stored_in(url) == everything)
        assert "hold" in server.manage("check_invariants")

    assert 507 in crowd.refused
    assert (set(crowd.refused) <= {503, 507}, crowd.without_retry_after) == (True, 0)


@pytest.fixture
def house(tills, shop, request, tmp_path):
    """The address of a copy of the database, keys and all."""
    if connection.vendor != "sqlite":
        return request.getfixturevalue("cluster").take_copy(database_url(), "house")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(tmp_path / "house.sqlite3")])
    return f"sqlite:///{tmp_path / 'house.sqlite3'}"


def test_after_a_restore_everything_is_sent_again(house, tills, shop, tmp_path):
    """A backup of a Friday evening; what came after it comes once more, with all that it has."""
    with serving(tmp_path, house) as server:
        crowd = Crowd(server.port, [*tills, shop])
        with crowd.sending():
            time.sleep(1)
            server.manage("backup", str(tmp_path / "backups"))
            time.sleep(1)
    (backup,) = (tmp_path / "backups").iterdir()
    server.manage("restore", str(backup), "--replace")
    assert set() < stored_in(house) < crowd.numbers()

    with serving(tmp_path, house) as server:
        crowd.port = server.port
        assert all(crowd.insist(message) is not None for message, _answer in crowd.taken)
        wait_for(lambda: stored_in(house) == crowd.numbers())
        assert "hold" in server.manage("check_invariants")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows, not the whole")
@pytest.mark.parametrize("server", [2], indirect=True)
def test_a_database_that_another_program_holds(server, tills, shop):
    """Short: everybody waits. Longer than twenty seconds: 503, and reading goes on all the time."""
    crowd = Crowd(server.port, [*tills, shop])
    with crowd.sending():
        with held():
            time.sleep(2)
        time.sleep(1)
    assert not crowd.refused
    with crowd.sending(), held():
        time.sleep(22)
    assert (set(crowd.refused), crowd.without_retry_after) == ({503}, 0)
    work()
    assert stored_once() == crowd.numbers()


@contextmanager
def held():
    """Another program keeps the database for itself, as an editor of SQLite files does."""
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=20, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def stored_in(url: str) -> set[str]:
    """`stored_once`, of another database."""
    driver = psycopg.connect(url) if url.startswith("postgres") else sqlite3.connect(url.split("///")[1])
    with closing(driver):
        found = driver.execute("SELECT external_id FROM orders_order").fetchall()
    assert len(found) == len(set(found))
    return {number for (number,) in found}


def stored_once() -> set[str]:
    """Numbers of all orders. AssertionError when one is there twice."""
    counted = dict(Order.objects.values_list("external_id").annotate(Count("pk")))
    assert set(counted.values()) == {1}
    return set(counted)


def orders_in(answer: dict) -> list[int]:
    """Our own ids of the orders that an answer names; those of shops name none."""
    if "results" in answer:
        return [one["order"]["id"] for one in answer["results"]]
    return [answer["id"]] if answer else []
