"""The real server on the test database, in a process of its own that can be killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection

from django.conf import settings

from backoffice.core.management.commands.serve import THREADS, server_command
from tests.jobs.test_worker import database_url


class LiveServer:
    """`start`, `kill` it as the kernel would, `start` it again: it keeps its port. `database`: its address,
    that of the tests unless another is named."""

    def __init__(self, folder, *, workers=1, database=""):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "DATABASE_URL": database or database_url(),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "MEDIA_ROOT": str(folder),
            "LOG_LEVEL": "CRITICAL",
            "API_REQUESTS_PER_MINUTE": "1000000",
        }
        self._process, self._workers = None, str(workers)

    def start(self) -> None:
        command = server_command("127.0.0.1", self.port, THREADS)
        command[command.index("--workers") + 1] = self._workers
        started = {"cwd": settings.BASE_DIR, "env": self.environment, "start_new_session": True}
        self._process = subprocess.Popen(command, **started)  # noqa: S603
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with suppress(OSError):
                if self.ask("GET", "/healthz")[0] == 200:
                    return
            time.sleep(0.1)
        raise RuntimeError("The server does not answer.")

    def worker_command(self) -> list[str]:
        """A worker of tasks on the same database and files, to be run in `environment`."""
        return [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"]

    def manage(self, *command: str) -> str:
        """What a management command says. Raises CalledProcessError when it fails."""
        arguments = [sys.executable, str(settings.BASE_DIR / "manage.py"), *command]
        ended = subprocess.run(arguments, env=self.environment, check=True, capture_output=True, text=True)  # noqa: S603
        return ended.stdout

    def kill(self) -> None:
        """All of its processes at once: `kill -9`."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def ask(self, method: str, path: str, body=None, **headers) -> tuple[int, dict, str]:
        """Status, headers and text of the answer. Raises OSError when none comes."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = None if body is None else json.dumps(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        try:
            connection.request(method, path, sent, {"Host": "localhost", **kind, **headers})
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read().decode()
        finally:
            connection.close()
