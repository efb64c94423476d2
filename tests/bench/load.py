"""A busy evening: 20 people on two servers look, search, change tags and export, beside a task worker.

The people run in one more process: `python -m tests.bench.load SESSION SECONDS PORT…` prints what they got.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from threading import Thread
from urllib.parse import urlencode

from tests.bench.crowd import CLIENTS, server
from tests.bench.report import Row
from tests.bench.timing import Measured

SERVERS = 2
_TOKEN = "0123456789abcdefghijklmnopqrstuv"  # of the form, which the cookie says again
_PAGES = [
    *("/customers/", "/customers/?sort=name", "/customers/?q=mar", "/customers/{pk}/", "/customers/?q=017"),
    *("/customers/?sort=-revenue&marketing=granted", "/customers/filters/", "/customers/{pk}/?tab=orders"),
]


def load(runs: int) -> Iterator[Row]:
    """Every answer counts, and none may be an error."""
    from tests.bench.pages import signed_in

    session, seconds = signed_in().cookies["session"].value, 30 if runs > 1 else 2
    with ExitStack() as running:
        ports = [str(running.enter_context(server())) for _server in range(SERVERS)]
        running.enter_context(_worker())
        command = [sys.executable, "-m", "tests.bench.load", session, str(seconds), *ports]
        said = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    rate = Measured(said["answers"] / said["seconds"], 1, said["answers"] / said["seconds"])
    note = f"{said['answers']:,} answers, {said['errors'] or 'no'} errors; 95 % within {said['p95']:.1f} s"
    name = f"{CLIENTS} people, {SERVERS} servers, a worker: pages, tags, exports"
    yield Row("F1", name, rate, None, unit="/s", is_rate=True, note=note)
    if said["errors"]:
        raise SystemExit(f"Errors under load: {said['statuses']}")


@contextmanager
def _worker() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "manage.py", "worker"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


class Person:
    """Goes round all pages; every sixth time a tag is changed, every fortieth a file taken out."""

    def __init__(self, port: int, session: str, number: int):
        self._http = HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {
            "Host": "localhost",
            "Cookie": f"session={session}; csrf={_TOKEN}",
            "X-CSRFToken": _TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._number = number
        self.seconds: list[float] = []
        self.statuses: Counter[str] = Counter()

    def visit_until(self, end: float) -> None:
        pages = cycle(_PAGES[self._number % len(_PAGES) :] + _PAGES[: self._number % len(_PAGES)])
        turn = self._number
        while time.monotonic() < end:
            turn += 1
            pk = 1 + turn * 37 % 250
            if turn % 40 == 0:
                self._ask("GET", f"/customers/export.csv?q=mar&columns=first_name&download={turn}")
            elif turn % 6 == 0:
                self._ask("POST", f"/customers/{pk}/tags/", urlencode({"add": f"Tag {self._number}"}))
            else:
                self._ask("GET", next(pages).format(pk=pk))

    def _ask(self, method: str, path: str, body: str | None = None) -> None:
        began = time.monotonic()
        try:
            self._http.request(method, path, body, self._headers)
            answer = self._http.getresponse()
            answer.read()
            self.statuses[str(answer.status)] += 1
        except (OSError, HTTPException) as error:
            self._http.close()
            self.statuses[type(error).__name__] += 1
        self.seconds.append(time.monotonic() - began)


def visit(session: str, seconds: float, ports: list[int]) -> dict:
    people = [Person(ports[number % len(ports)], session, number) for number in range(CLIENTS)]
    began = time.monotonic()
    threads = [Thread(target=person.visit_until, args=[began + seconds]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sum((person.statuses for person in people), Counter())
    times = sorted(one for person in people for one in person.seconds)
    return {
        "answers": len(times),
        "seconds": time.monotonic() - began,
        "p95": times[len(times) * 95 // 100],
        "statuses": statuses,
        "errors": sum(count for status, count in statuses.items() if status not in ("200", "302")),
    }


if __name__ == "__main__":
    _session, _seconds, *_ports = sys.argv[1:]
    print(json.dumps(visit(_session, float(_seconds), [int(port) for port in _ports])))
