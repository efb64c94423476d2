"""Machines that tests share; each takes seconds to start."""

import pytest
from django.db import connection

from tests.clusters import BINARIES
from tests.deploy.machines import PGBOUNCER, Pooler, Primary, make_world


@pytest.fixture(scope="session")
def primary(django_db_setup):
    """PostgreSQL with an installation of its own."""
    if connection.vendor != "postgresql" or not (PGBOUNCER and BINARIES):
        pytest.skip("needs PostgreSQL and pgbouncer")
    primary = Primary()
    try:
        yield primary.install()
    finally:
        primary.remove()


@pytest.fixture(scope="session")
def pooler(primary):
    """With fewer connections than one web server has threads."""
    pooler = Pooler(primary, connections=3).start()
    yield pooler
    pooler.end()


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """The folder of files that all hosts see."""
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="session")
def world(primary, shared):
    """Through no pooler: what must work without it is tried apart."""
    return make_world(shared, primary.own_url)
