"""Several machines on one: PostgreSQL with the tables of the test database, pgbouncer before it, hosts."""

import json
import os
import shutil
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from django.conf import settings

from tests.api.live import LiveServer
from tests.clusters import Cluster, free_port
from tests.deploy.world import PASSWORD
from tests.jobs.test_worker import database_url

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
CSRF = "a" * 32
DATABASE = ROLE = "stammgast"


class Primary(Cluster):
    """A server with an empty installation, whose owner has a password that only a pooler asks for."""

    def install(self) -> "Primary":
        self.create().start()
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
        dump = ["pg_dump", "--no-owner", "--no-privileges", "--dbname", database_url()]
        with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumping:  # noqa: S603
            fill = [self.binaries / "psql", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", self.own_url]
            subprocess.run(fill, stdin=dumping.stdout, stdout=subprocess.DEVNULL, check=True)  # noqa: S603
        assert dumping.returncode == 0
        return self

    @property
    def own_url(self) -> str:
        return self.url(DATABASE).replace("postgres@", f"{ROLE}@")

    def ask(self, sql: str, *values) -> list[tuple]:
        """The rows of a question to the server itself."""
        with psycopg.connect(self.url(DATABASE), autocommit=True) as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []


class Pooler:
    """deploy/pgbouncer.ini as it stands: only places, ports and the size of the pool differ. Each transaction
    gets another connection, as it happens with many clients."""

    def __init__(self, cluster: Cluster, *, connections: int):
        self.folder, self.port = cluster.folder / "pooler", free_port()
        self._process, self._user = None, cluster.user
        self.url = f"postgres://{ROLE}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/{DATABASE}"
        self.folder.mkdir(exist_ok=True)
        self._write("userlist.txt", f'"{ROLE}" "{PASSWORD}"\n')
        self._write("pgbouncer.ini", self._configuration(cluster.port, connections))

    def start(self) -> "Pooler":
        command = [PGBOUNCER, "--quiet", self.folder / "pgbouncer.ini"]
        self._process = subprocess.Popen(command, user=self._user, cwd=self.folder)  # noqa: S603
        end = time.monotonic() + 10
        while True:
            try:
                psycopg.connect(self.url).close()
                return self
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def end(self) -> None:
        self._process.terminate()
        self._process.wait()

    def _configuration(self, port: int, connections: int) -> str:
        text = (settings.BASE_DIR / "deploy" / "pgbouncer.ini").read_text()
        changes = {
            "port=5432": f"port={port}",
            "listen_port = 6432": f"listen_port = {self.port}",
            "/etc/pgbouncer": str(self.folder),
            "/var/log/postgresql": str(self.folder),
            "/var/run/postgresql": str(self.folder),
            "default_pool_size = 20": f"default_pool_size = {connections}",
        }
        for mine, here in changes.items():
            assert mine in text
            text = text.replace(mine, here)
        return f"{text}server_round_robin = 1\nmin_pool_size = {connections}\n"

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        if self._user:
            shutil.chown(self.folder, self._user)
            shutil.chown(self.folder / name, self._user)


class Host:
    """A web server of one process or more and a worker, with files that all hosts share."""

    def __init__(self, folder: Path, *, workers: int = 1, **environment: str):
        self.web = LiveServer(folder, workers=workers)
        self.environment = self.web.environment | {
            "DJANGO_SETTINGS_MODULE": "tests.deploy.host_settings",
            "VAR_DIR": str(folder),
            **environment,
        }
        self.web.environment = self.environment
        self.worker = None

    def start_worker(self) -> None:
        command = self.web.worker_command()
        self.worker = subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environment)  # noqa: S603

    def kill_worker(self) -> None:
        """As the kernel would: what it held stays as it is."""
        if self.worker:
            self.worker.kill()
            self.worker.wait()
            self.worker = None

    def end(self) -> None:
        self.kill_worker()
        self.web.kill()

    def manage(self, *command, **environment: str) -> subprocess.CompletedProcess:
        return _python("manage.py", *command, environment=self.environment | environment)

    def page(self, path: str, session: str, *cookies: str) -> str:
        """A page as a person sees it who is signed in."""
        sent = "; ".join([f"session={session}", *cookies])
        status, _headers, text = self.web.ask("GET", path, Cookie=sent, **{"Accept-Language": "en"})
        assert status == 200, (path, status)
        return text

    def send(self, key: str, path: str, body: dict) -> tuple[int, dict, str]:
        """As a till, with its key."""
        return self.web.ask("POST", f"/api/v1{path}", body, Authorization=f"Bearer {key}")

    def press(self, path: str, session: str = "", **fields: str) -> tuple[int, list[str], str]:
        """A form that a browser sends; status, cookies and text of the answer."""
        connection = HTTPConnection("127.0.0.1", self.web.port, timeout=60)
        body = urlencode({"csrfmiddlewaretoken": CSRF, **fields})
        cookies = f"csrf={CSRF}" + (f"; session={session}" if session else "")
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "en"}
        connection.request("POST", path, body, {"Host": "localhost", "Cookie": cookies} | kind)
        answer = connection.getresponse()
        return answer.status, answer.headers.get_all("Set-Cookie") or [], answer.read().decode()


def order(number: object, phone: str, **fields) -> dict:
    """A receipt of one dish, as a till sends it."""
    line = {"item": "Soup", "quantity": 1, "unit_price_cents": 700}
    placed = {"source": "store", "external_id": f"{number}", "placed_at": "2026-03-01T18:00:00+01:00"}
    return placed | {"lines": [line], "customer": {"phone": phone, "last_name": "New"}} | fields


def make_world(folder: Path, url: str) -> dict:
    """What tests.deploy.world makes in the database at `url`."""
    own = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.deploy.host_settings"}
    environment = os.environ | own | {"MEDIA_ROOT": str(folder), "VAR_DIR": str(folder)}
    made = _python("-m", "tests.deploy.world", folder, environment=environment)
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def _python(*arguments, environment: dict) -> subprocess.CompletedProcess:
    command = [sys.executable, *map(str, arguments)]
    options = {"cwd": settings.BASE_DIR, "env": environment, "capture_output": True, "text": True}
    return subprocess.run(command, check=False, **options)  # noqa: S603
