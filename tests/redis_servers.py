"""A Redis of a test's own, which it may stop and start again."""

import shutil
import subprocess
import time

import pytest
from django.conf import settings as django_settings
from redis import Redis
from redis.exceptions import RedisError

from tests.deploy.test_nginx import free_ports

needs_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is missing")


class RedisServer:
    def __init__(self, folder):
        self.port, self._folder = free_ports(1)[0], folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process = None

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--dir", str(self._folder), "--save", ""]
        self._process = subprocess.Popen([*command, "--bind", "127.0.0.1"], stdout=subprocess.DEVNULL)  # noqa: S603
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            try:
                if self.client.ping():
                    return
            except RedisError:
                time.sleep(0.05)
        raise AssertionError("Redis does not answer")

    def stop(self) -> None:
        """At once, as by a power cut: nothing is written."""
        if self._process:
            self._process.kill()
            self._process.wait()

    @property
    def client(self) -> Redis:
        return Redis.from_url(self.url)


@pytest.fixture
def redis_server(tmp_path, settings, monkeypatch):
    """One that runs, and that this process and those it starts hand their tasks to."""
    from backoffice.jobs import rq_backend

    server = RedisServer(tmp_path)
    server.start()
    settings.TASKS_BACKEND, settings.REDIS_URL = "rq", server.url
    settings.TASKS = {"default": {"BACKEND": django_settings.TASK_BACKENDS["rq"], "QUEUES": []}}
    settings.READINESS_NOTES = {"redis": "backoffice.jobs.rq_backend.somebody_listens"}
    monkeypatch.setattr(rq_backend, "redis_away", rq_backend.RedisAway())
    monkeypatch.setenv("TASKS_BACKEND", "rq")
    monkeypatch.setenv("REDIS_URL", server.url)
    yield server
    server.stop()
