"""The cast: Iván waits tables, Mara manages, Ada administers, Noor works for someone else."""

import gc
import time

import pytest
from django.core.cache import cache
from django.db.backends.sqlite3 import base as sqlite
from django.test import Client
from django.utils import timezone, translation
from hypothesis import settings as hypothesis_settings

from backoffice.api.keys import make_key
from backoffice.api.limits import forget_claims
from backoffice.api.scopes import Scope
from backoffice.core.pages.kept import forget_kept
from backoffice.jobs.models import WorkerHeartbeat
from backoffice.staff.auth import forget_permissions
from backoffice.staff.models import Role
from orders.fiscal_guard import guard_names
from tests.api.till import Till
from tests.buckets import bucket, bucket_settings, hosts, s3_server  # noqa: F401
from tests.factories import make_location, make_organisation, make_user

# Wall-clock limits fail on a busy machine, not on a wrong answer. Each run tries the same examples;
# `pytest --hypothesis-profile explore` looks for new ones.
hypothesis_settings.register_profile("stammgast", deadline=None, derandomize=True)
hypothesis_settings.register_profile("explore", deadline=None)
hypothesis_settings.load_profile("stammgast")

PASSWORD = "a long enough passphrase"
_DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


# Thousands of collected tests are no garbage: looking through them again and again took a fifth of the time.
gc.set_threshold(100_000, 50, 100)


def pytest_collection_finish():
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what touches the database, so that the rest need not be tried with every one of them."""
    for item in items:
        if item.get_closest_marker("either"):
            continue
        if item.get_closest_marker("django_db") or _DATABASE_FIXTURES & set(item.fixturenames):
            item.add_marker("database")


@pytest.fixture(scope="session", autouse=True)
def _receipts_may_be_flushed():
    """SQLite is emptied between tests row by row, which receipts refuse; `migrate` guards them anew."""
    operations = sqlite.DatabaseWrapper.ops_class
    flush = operations.sql_flush

    def sql_flush(self, *args, **kwargs):
        drops = [f"DROP TRIGGER IF EXISTS {name};" for name in guard_names()]
        return drops + flush(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        yield


@pytest.fixture(autouse=True)
def _english():
    """Sentences are asserted in English; a request turns to its person's language."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _fresh_process_memory():
    """Rights and figures are kept per process; rolled back tests must not leave theirs behind."""
    forget_permissions()
    forget_claims()
    forget_kept()


@pytest.fixture
def client():
    """A browser that asks for English."""
    return Client(headers={"Accept-Language": "en"})


@pytest.fixture
def _fresh_limits(db):
    """Sign-in limits count in the cache."""
    cache.clear()


@pytest.fixture
def organisation(db):
    return make_organisation(name="Gasthaus Lindenhof", slug="lindenhof")


@pytest.fixture
def location(organisation):
    return make_location(organisation, name="Altstadt")


@pytest.fixture
def other_organisation(db):
    return make_organisation(name="Casa Azul", slug="casa-azul", country="ES")


@pytest.fixture
def staff(organisation):
    return make_user(organisation, Role.STAFF, name="Iván Waiter", email="ivan@example.org")


@pytest.fixture
def manager(organisation):
    return make_user(organisation, Role.MANAGER, name="Mara Manager", email="mara@example.org")


@pytest.fixture
def admin(organisation):
    return make_user(organisation, Role.ADMIN, name="Ada Admin", email="ada@example.org")


@pytest.fixture
def outsider(other_organisation):
    """An administrator of the other organisation."""
    return make_user(other_organisation, Role.ADMIN, name="Noor Neighbour", email="noor@example.org")


@pytest.fixture
def alive_worker(db):
    """A background worker that was seen just now."""
    return WorkerHeartbeat.objects.create(worker_id="here", seen_at=timezone.now())


@pytest.fixture
def sign_in(client):
    """Sign a person in as if they had typed their password just now; returns the client."""

    def sign_in(user):
        client.force_login(user)
        session = client.session
        session["password_typed_at"] = time.time()
        session.save()
        return client

    return sign_in


@pytest.fixture
def make_known_user(db, organisation, _fresh_limits):
    """Make a person whose password the test knows."""

    def make(**fields):
        return make_user(organisation, **{"password": PASSWORD} | fields)

    return make


@pytest.fixture
def till(organisation, admin):
    """A program with a key: `till()` may do everything, `till("orders:read")` only that."""

    def till(*scopes, at=None, of=organisation, actor=admin):
        made = make_key(organisation=of, name="Till", scopes=scopes or Scope.values, location=at, actor=actor)
        return Till(*made)

    return till
