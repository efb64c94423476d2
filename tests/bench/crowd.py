"""20 people at once on the list: pages a second, and processor time of the server per page.

The server runs as `manage.py serve` starts it, the people in one more process:
`python -m tests.bench.crowd PORT PATH SESSION SECONDS` prints how many pages they got in how long.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from threading import Thread
from urllib.request import Request, urlopen

from tests.bench.report import Row
from tests.bench.timing import Measured, in_turn

CLIENTS = 20
_HOST = "127.0.0.1"
_START_SECONDS = 30


def crowd(runs: int) -> Iterator[Row]:
    """Own list and floor in turn, from the same server."""
    from tests.bench.pages import FLOOR, signed_in

    session = signed_in().cookies["session"].value
    seconds = 5 if runs > 1 else 1
    with server() as port:
        own, floor = _Visit(port, "/customers/", session, seconds), _Visit(port, FLOOR, session, seconds)
        in_turn(own.measure, floor.measure, runs=runs, budget=120, warm=False)
    rate, most = own.pages_a_second, floor.pages_a_second.median
    note = "as many at once on the floor"
    yield Row("F1", f"list, {CLIENTS} at once", rate, most, "floor", unit="/s", is_rate=True, note=note)
    cost, least = own.seconds_a_page, floor.seconds_a_page.median
    yield Row("F1", "processor time of each of these pages", cost, least, "floor", 3.0)


class _Visit:
    """Lets the people ask for one page again and again, and keeps what each run took."""

    def __init__(self, port: int, path: str, session: str, seconds: int):
        self.port, self.session = port, session
        self.command = [sys.executable, "-m", "tests.bench.crowd", str(port), path, session, str(seconds)]
        self.rates: list[float] = []
        self.costs: list[float] = []
        _get(port, path, session)  # compiles what only the first page needs

    def measure(self) -> None:
        before = self._processor_seconds()
        said = json.loads(subprocess.run(self.command, capture_output=True, check=True).stdout)
        used = self._processor_seconds() - before
        self.rates.append(said["pages"] / said["seconds"])
        self.costs.append(used / said["pages"])

    @property
    def pages_a_second(self) -> Measured:
        return _measured(self.rates, worst=min)

    @property
    def seconds_a_page(self) -> Measured:
        return _measured(self.costs, worst=max)

    def _processor_seconds(self) -> float:
        return float(_get(self.port, "/bench/processor/", self.session))


def _measured(values: list[float], worst) -> Measured:
    middle = sorted(values)[len(values) // 2]
    return Measured(middle, len(values), worst(values))


@contextmanager
def server(**environment: str) -> Iterator[int]:
    """The web server with its usual threads, on a free port."""
    from backoffice.core.management.commands.serve import THREADS, server_command
    from tests.bench.places import free_port

    port = free_port()
    process = subprocess.Popen(server_command(_HOST, port, THREADS), env=os.environ | environment)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=_START_SECONDS)


def _wait_for(port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        with suppress(OSError):
            _get(port, "/healthz", "")
            return
        time.sleep(0.1)
    raise RuntimeError("The server does not answer.")


def _get(port: int, path: str, session: str) -> str:
    request = Request(f"http://{_HOST}:{port}{path}", headers=_headers(session))
    with urlopen(request, timeout=_START_SECONDS) as response:  # noqa: S310
        return response.read().decode()


def _headers(session: str) -> dict[str, str]:
    return {"Host": "localhost", "Cookie": f"session={session}", "Accept-Language": "de"}


# ---- The people ------------------------------------------------------------------------------------


def ask(port: int, path: str, session: str, seconds: float) -> dict:
    """Let all of them ask until the time is over; a page that fails ends the run."""
    counts: list[int] = []
    started = time.monotonic()
    end = started + seconds
    threads = [
        Thread(target=lambda: counts.append(_ask_until(end, port, path, session))) for _ in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(counts) < CLIENTS:
        raise SystemExit("Some got no page.")
    return {"pages": sum(counts), "seconds": time.monotonic() - started}


def _ask_until(end: float, port: int, path: str, session: str) -> int:
    connection, count = HTTPConnection(_HOST, port, timeout=_START_SECONDS), 0
    while time.monotonic() < end:
        connection.request("GET", path, headers=_headers(session))
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(response.status)
        count += 1
    return count


if __name__ == "__main__":
    _port, _path, _session, _seconds = sys.argv[1:]
    print(json.dumps(ask(int(_port), _path, _session, float(_seconds))))
