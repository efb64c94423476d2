import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

GRACE_SECONDS = 10
WORKER_LASTS_SECONDS = 10  # one that ends sooner cannot begin at all
HEADER_SECONDS = 10  # of bodies the server knows no such limit: the proxy waits for them
THREADS = 4  # requests answered at the same time, unless said otherwise


class Command(BaseCommand):
    help = "Run the web server and the task worker together until Ctrl-C; for one machine."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--threads", type=int, default=THREADS, help="requests answered at the same time")

    def handle(self, *, host, port, threads, **options):
        _refuse_used_port(host, port)
        for wish in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wish, signal.default_int_handler)
        server, worker = _start(server_command(host, port, threads)), _start(_worker_command())
        processes = [server, worker]
        self.stdout.write(f"Stammgast answers at http://{host}:{port} – stop it with Ctrl-C.")
        try:
            while _lasted(worker, server):
                # a job that hung has ended it; the next one takes up what it left
                processes[1] = worker = _start(_worker_command())
        except KeyboardInterrupt:
            self.stdout.write("\nStopping …")
        finally:
            _end(processes)


def _start(command: list[str]) -> subprocess.Popen:
    """In a group of its own: Ctrl-C reaches it once, through us, and its children end with it."""
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603


def server_command(host: str, port: int, threads: int) -> list[str]:
    options = ["--interface", "wsgi", "--host", host, "--port", str(port), "--log-level", "warning"]
    options += ["--workers", "1", "--blocking-threads", str(threads)]
    options += ["--http", "1", "--http1-header-read-timeout", str(HEADER_SECONDS * 1000)]
    return [sys.executable, "-m", "granian", *options, "backoffice.wsgi:application"]


def _worker_command() -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"]


def _refuse_used_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise CommandError(f"Port {port} is in use. Choose another: make demo PORT=8001") from None


def _lasted(worker: subprocess.Popen, server: subprocess.Popen) -> bool:
    """Wait until one has ended: True when it was the worker, after a while in which it could work. Half a
    service is worse than none."""
    start = time.monotonic()
    while server.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            worker.wait(timeout=1)
            return time.monotonic() - start > WORKER_LASTS_SECONDS
    return False


def _end(processes) -> None:
    """Ask both to end and wait; a second Ctrl-C does not wait."""
    for process in processes:
        process.terminate()
    try:
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=GRACE_SECONDS)
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes:
            _kill_group(process.pid)


def _kill_group(group: int) -> None:
    """Whatever is left: a server that had just begun may leave its worker behind."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
