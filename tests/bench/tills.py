"""F12: four tills send one order a request, beside a view that only inserts.

The server runs as `manage.py serve` starts it, the tills in one more process:
`python -m tests.bench.tills PORT PATH KEY SECONDS CUSTOMERS PHONES` prints what they got.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from random import Random
from threading import Thread

from tests.bench.report import Row
from tests.bench.timing import Measured, in_turn

TILLS = 4
OWN, INSERT = "/api/v1/orders", "/bench/insert/"


def tills(organisation, customers: int, runs: int) -> Iterator[Row]:
    """Orders a second and the slowest of a hundred; SQLite writes as `synchronous=NORMAL`."""
    from backoffice.api.keys import make_key, revoke_key
    from tests.bench.crowd import server
    from tests.bench.customer_rows import PHONES

    actor = organisation.memberships.first().user
    key, text = make_key(organisation=organisation, name="bench", scopes=["orders:write"], actor=actor)
    seconds = 5 if runs > 1 else 1
    with server(API_REQUESTS_PER_MINUTE="10000000", BENCH_SYNCHRONOUS="NORMAL") as port:
        own, insert = (_Evening(port, path, text, seconds, customers, PHONES) for path in (OWN, INSERT))
        in_turn(own.measure, insert.measure, runs=runs, budget=120, warm=runs > 1)
    revoke_key(key, actor=actor)
    what = f"orders, one a request, {TILLS} tills"
    rate = own.rate
    note = f"{own.errors or 'no'} errors; half within {own.at('p50') * 1000:.0f} ms"
    yield Row(
        "F12", what, rate, insert.rate.median, "inserts alone", 0.55, unit="/s", is_rate=True, note=note
    )
    slowest = Measured(own.at("p99"), rate.runs, max(one["p99"] for one in own.said))
    yield Row("F12", "99 of 100 of them", slowest, 0.05, "at most", 1.0, note="the tills take their part")
    if own.errors:
        raise SystemExit(f"{own.errors} orders were not taken.")


class _Evening:
    """Lets the tills send for some seconds, again and again."""

    def __init__(self, *given: object):
        self._command = [sys.executable, "-m", "tests.bench.tills", *map(str, given)]
        self.said: list[dict] = []

    def measure(self) -> None:
        ended = subprocess.run(self._command, stdout=subprocess.PIPE, check=True)
        self.said.append(json.loads(ended.stdout))

    def at(self, name: str) -> float:
        return sorted(one[name] for one in self.said)[len(self.said) // 2]

    @property
    def errors(self) -> int:
        return sum(one["errors"] for one in self.said)

    @property
    def rate(self) -> Measured:
        return Measured(self.at("rate"), len(self.said), min(one["rate"] for one in self.said))


# ---- The tills -------------------------------------------------------------------------------------


class _Till:
    """Orders of known customers, each sent when the one before was answered."""

    def __init__(self, port: int, path: str, key: str, customers: int, phones: str, number: int):
        self._http, self._path = HTTPConnection("127.0.0.1", port, timeout=60), path
        self._headers = {
            "Host": "localhost",
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
        }
        self._random, self._customers, self._phones = Random(number), customers, phones
        self._name = f"T{number}-{time.time():.6f}"
        self.seconds: list[float] = []
        self.errors = 0

    def send_until(self, end: float) -> None:
        while time.monotonic() < end:
            body = json.dumps(self._order(len(self.seconds)))
            began = time.monotonic()
            self._http.request("POST", self._path, body, self._headers)
            answer = self._http.getresponse()
            answer.read()
            self.errors += answer.status != 201
            self.seconds.append(time.monotonic() - began)

    def _order(self, number: int) -> dict:
        customer = int(self._customers * self._random.random() ** 2)
        return {
            "external_id": f"{self._name}-{number}",
            "source": "web",
            "service_type": "pickup",
            "placed_at": time.strftime("%FT%TZ", time.gmtime(time.time() - 1)),
            "location": "Altstadt",
            "customer": {"phone": self._phones.format(customer)},
            "lines": [{"item": f"Gericht {number % 40}", "quantity": 1, "unit_price_cents": 950}],
        }


def send(port: int, path: str, key: str, seconds: float, customers: int, phones: str) -> dict:
    tills = [_Till(port, path, key, customers, phones, number) for number in range(TILLS)]
    began = time.monotonic()
    threads = [Thread(target=till.send_until, args=[began + seconds]) for till in tills]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = sorted(one for till in tills for one in till.seconds)
    return {
        "rate": len(taken) / (time.monotonic() - began),
        "p50": taken[len(taken) // 2],
        "p99": taken[len(taken) * 99 // 100],
        "errors": sum(till.errors for till in tills),
    }


if __name__ == "__main__":
    _port, _path, _key, _seconds, _customers, _phones = sys.argv[1:]
    print(json.dumps(send(int(_port), _path, _key, float(_seconds), int(_customers), _phones)))
