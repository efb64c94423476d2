"""deploy/systemd as it stands: the commands of its units are run, with the places of this machine."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from configparser import ConfigParser
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings

from tests.deploy.test_nginx import free_ports
from tests.redis_servers import needs_redis, redis_server  # noqa: F401

UNITS = settings.BASE_DIR / "deploy" / "systemd"
SECRET = "".join(map(chr, range(48, 110)))


def command_of(unit: str, **changes: str) -> list[str]:
    """ExecStart with this checkout's Python in place of the installed one."""
    parser = ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str
    parser.read(UNITS / unit)
    text = parser["Service"]["ExecStart"]
    assert parser["Service"]["User"] == "stammgast"
    changes = {"/srv/stammgast/.venv/bin": str(Path(sys.executable).parent)} | changes
    for installed, here in changes.items():
        assert installed in text
        text = text.replace(installed, here)
    return shlex.split(text)


@pytest.fixture
def environment(tmp_path):
    """As /etc/stammgast.env would say it, for an empty installation on SQLite."""
    own = {
        "DEBUG": "false",
        "HTTPS": "false",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECRET_KEY": SECRET,
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    for step in (["migrate"], ["createcachetable"], ["collectstatic", "--noinput"]):
        manage = [sys.executable, "manage.py", *step, "--verbosity", "0"]
        subprocess.run(manage, cwd=settings.BASE_DIR, env=kept | own, check=True, timeout=300)  # noqa: S603
    return kept | own


@pytest.fixture
def start(environment):
    running = []

    def run(command):
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)  # noqa: S603
        running.append(process)
        return process

    yield run
    for process in running:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) in (0, -signal.SIGTERM)


def status_of(port: int, path: str) -> int:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0


def body_of(port: int, path: str) -> dict:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", path)
        return json.load(connection.getresponse())
    except OSError:
        return {}


@pytest.mark.slow
def test_web_and_worker_are_ready_together(start):
    port = free_ports(1)[0]
    start(command_of("stammgast-web.service", **{"--port 8000": f"--port {port}"}))
    start(command_of("stammgast-worker@.service"))
    ends = time.monotonic() + 90
    while status_of(port, "/readyz") != 200 and time.monotonic() < ends:
        time.sleep(0.5)
    assert status_of(port, "/readyz") == 200
    assert status_of(port, "/login/") == 200


@needs_redis
@pytest.mark.slow
def test_the_worker_of_redis_is_seen_beside_them(start, environment, redis_server):  # noqa: F811
    environment |= {"TASKS_BACKEND": "rq", "REDIS_URL": redis_server.url}
    port = free_ports(1)[0]
    start(command_of("stammgast-web.service", **{"--port 8000": f"--port {port}"}))
    start(command_of("stammgast-worker@.service"))
    start(command_of("stammgast-rqworker@.service"))
    ends = time.monotonic() + 90
    while not (answer := body_of(port, "/readyz")).get("redis") and time.monotonic() < ends:
        time.sleep(0.5)
    assert answer["redis"] is True
    redis_server.stop()
    assert body_of(port, "/readyz")["redis"] is False and status_of(port, "/readyz") == 200


@pytest.mark.slow
def test_a_backup_is_written(environment, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    command = command_of("stammgast-backup.service", **{"/var/backups/stammgast": str(folder)})
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True, timeout=120)  # noqa: S603
    assert len(list(folder.iterdir())) == 1


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_takes_the_units(tmp_path):
    """It would warn of an option that it does not know."""
    for unit in UNITS.iterdir():
        text = unit.read_text().replace("/srv/stammgast/.venv/bin/", "/bin/true #")
        (tmp_path / unit.name).write_text(text)
    units = [str(path) for path in sorted(tmp_path.iterdir()) if "@" not in path.name]
    command = [shutil.which("systemd-analyze"), "verify", *units]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60)  # noqa: S603
    assert [line for line in told.stderr.splitlines() if str(tmp_path) in line] == []
