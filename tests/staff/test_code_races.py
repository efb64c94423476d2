"""One code in several browsers at the same moment. PostgreSQL only: SQLite lets one writer in at a time."""

import time
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db.models import QuerySet

from backoffice.staff.models import User
from backoffice.staff.second_factor import codes
from backoffice.staff.second_factor.changes import switch_on
from tests.jobs.test_races import WORKERS, in_parallel

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
SECRET, NOW = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", datetime(2026, 11, 30, 18, 30, tzinfo=UTC)


@pytest.fixture(params=["app", "recovery"])
def passed(request, monkeypatch):
    """How often a code opened the door when all typed it at once."""

    def think(row, typed, use):
        time.sleep(0.05)  # long enough for everybody to have read the row
        return use(row, typed)

    for name in ("_use_app_code", "_use_recovery_code"):
        use = getattr(codes, name)
        monkeypatch.setattr(codes, name, lambda row, typed, use=use: think(row, typed, use))

    def passed():
        user = User.objects.create_user("mara@example.org", name="Mara")
        recovery = switch_on(user, secret=SECRET, step=0)
        app = format_hotp_value(hotp_value(SECRET, int(NOW.timestamp()) // 30))
        code = {"app": app, "recovery": recovery[0]}[request.param]
        with time_machine.travel(NOW, tick=True):
            return sum(row is not None for row in in_parallel(lambda: codes.use_code(user, code)))

    return passed


def test_without_the_lock_a_code_works_several_times(passed, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self: self)

    assert 1 < passed() <= WORKERS


def test_a_code_works_once(passed):
    assert passed() == 1
    assert Authenticator.objects.count() == 2
