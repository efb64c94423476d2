"""A minute of everything at once on the real server and its worker; nothing fails, everything adds up."""

import subprocess
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from backoffice.demo import soak
from orders.models import Order
from tests.api.live import LiveServer
from tests.factories import make_location, make_organisation, make_user

pytestmark = [pytest.mark.slow, pytest.mark.either, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def running(transactional_db, tmp_path, settings):
    """A server with two workers, and a worker of its tasks, on the database of the test."""
    settings.MEDIA_ROOT, settings.API_REQUESTS_PER_MINUTE = tmp_path, 1_000_000
    server = LiveServer(tmp_path, workers=2)
    server.start()
    worker = subprocess.Popen(server.worker_command(), cwd=settings.BASE_DIR, env=server.environment)  # noqa: S603
    yield server
    worker.terminate()
    worker.wait(timeout=60)
    server.kill()


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_everything_at_once_adds_up(running, organisation, location, admin):
    told = StringIO()
    call_command("soak", minutes=0.1, url=running.url, stdout=told)
    assert "All invariants hold." in told.getvalue()
    assert all(f"{kind} " in told.getvalue() for kind in ("order", "page", "export", "import"))
    assert Order.objects.filter(brought_by=None).count() > 10
    assert Order.objects.exclude(brought_by=None).count() >= 200


def test_without_a_server_it_says_so(organisation, location, admin, monkeypatch):
    monkeypatch.setattr(soak, "PATIENCE_SECONDS", 1)
    told = StringIO()
    with pytest.raises(CommandError, match="requests failed"):
        call_command("soak", minutes=0.01, url="http://127.0.0.1:9", stdout=told)


def test_it_needs_an_administrator(db):
    make_user(organisation := make_organisation(), role="manager")
    make_location(organisation)
    with pytest.raises(CommandError, match="no administrator"):
        call_command("soak", minutes=0.01, organisation=organisation.slug)
