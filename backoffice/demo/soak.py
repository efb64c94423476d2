"""Load of all kinds at once on a running installation (`manage.py soak`)."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from itertools import count
from random import Random
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone

from backoffice.api.keys import make_key, revoke_key
from backoffice.imports import runs
from backoffice.staff.models import Organisation, User
from orders.models import OrderImport

_PHONES = 500
_PAGES = ("/customers/", "/customers/?sort=-revenue", "/customers/?q=m%C3%BCl", "/orders/", "/products/")
_IMPORT_ROWS = 200
PATIENCE_SECONDS = 60  # for a step of an import


@dataclass
class Tally:
    """What one kind of work came to; `seconds` of each that succeeded."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def at(self, share: float) -> float:
        """Milliseconds within which this share of the answers came; 0 without any."""
        ranked = sorted(self.seconds)
        return ranked[min(int(len(ranked) * share), len(ranked) - 1)] * 1000 if ranked else 0.0


class Soak:
    """`run` for some seconds against the server at `url`, as an administrator and with a key of its own."""

    def __init__(self, organisation: Organisation, admin: User, *, url: str, seed: int = 1):
        self.organisation, self.admin, self._url = organisation, admin, urlsplit(url)
        self._numbers, self._name = count(1), f"soak {timezone.now():%Y-%m-%d %H:%M:%S}"
        self._seed, self._ends = seed, 0.0
        self.tallies: dict[str, Tally] = {}

    def run(self, seconds: float, *, tills: int = 4, readers: int = 2) -> None:
        """Each till has a key of its own and stays below the limit of keys."""
        made = [self._make_key(number) for number in range(tills)]
        self._session = _signed_in(self.admin)
        self._ends = time.monotonic() + seconds
        pause = 60 / settings.API_REQUESTS_PER_MINUTE
        work = [("order", partial(self._order, text), pause) for _key, text in made]
        work += [("page", self._page, 0)] * readers + [
            ("export", self._export, 1),
            ("import", self._import, 0),
        ]
        self._at_once(work)
        for key, _text in made:
            revoke_key(key, actor=self.admin)
        SessionStore(self._session).delete()

    def _make_key(self, number: int):
        name = f"{self._name} {number}"[:80]
        scopes = ["orders:write"]
        return make_key(organisation=self.organisation, name=name, scopes=scopes, actor=self.admin)

    def _at_once(self, work: list[tuple[str, Callable[[Random], None], float]]) -> None:
        workers = [
            threading.Thread(target=self._work, args=(*one, self._seed + n)) for n, one in enumerate(work)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def _work(self, kind: str, step: Callable[[Random], None], pause: float, seed: int) -> None:
        tally, rng = self.tallies.setdefault(kind, Tally()), Random(seed)
        while time.monotonic() < self._ends:
            began = time.perf_counter()
            try:
                step(rng)
            except (OSError, HTTPException, RuntimeError) as error:
                tally.errors.append(str(error))
            else:
                tally.seconds.append(time.perf_counter() - began)
            time.sleep(pause)
        connection.close()

    def _order(self, key: str, rng: Random) -> None:
        number = next(self._numbers)
        order = {
            "external_id": f"{self._name} {number}"[:80],
            "placed_at": timezone.now().isoformat(),
            "lines": [{"item": f"Dish {rng.randrange(40)}", "quantity": 1, "unit_price_cents": 990}],
            "customer": {"phone": f"+4917200{rng.randrange(_PHONES):06}", "last_name": "Soak"},
        }
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._ask("POST", "/api/v1/orders", json.dumps(order).encode(), headers, wanted=201)

    def _page(self, rng: Random) -> None:
        self._ask("GET", rng.choice(_PAGES), None, self._signed())

    def _export(self, rng: Random) -> None:
        self._ask("GET", "/customers/export.csv", None, self._signed())

    def _import(self, rng: Random) -> None:
        """A file of orders, by the worker of the installation."""
        head = "order_id;placed_at;item;quantity;unit_price;customer_phone;customer_name\n"
        rows = (
            f"{self._name} i{next(self._numbers)};2026-01-02T18:00;Soup;1;7,00;"
            f"+4917200{rng.randrange(_PHONES):06};Soak\n"
            for _row in range(_IMPORT_ROWS)
        )
        run = runs.begin(
            OrderImport,
            organisation=self.organisation,
            actor=self.admin,
            name="soak.csv",
            chunks=[(head + "".join(rows)).encode()],
        )
        self._until(run, lambda: bool(run.profile))
        runs.start_unchecked(run, run.mapping, actor=self.admin)
        self._until(run, lambda: run.has_ended)

    def _until(self, run: OrderImport, is_so: Callable[[], bool]) -> None:
        ends = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            if time.monotonic() > ends or run.problem:
                raise RuntimeError(run.problem or "The import does not go on: is there a worker?")
            time.sleep(0.2)
            run.refresh_from_db()

    def _signed(self) -> dict[str, str]:
        return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={self._session}"}

    def _ask(self, method: str, path: str, body, headers: dict, *, wanted: int = 200) -> None:
        kind = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        asked = kind(self._url.hostname, self._url.port, timeout=60)
        try:
            asked.request(method, path, body, headers)
            answer = asked.getresponse()
            answer.read()
        finally:
            asked.close()
        if answer.status != wanted:
            raise RuntimeError(f"{method} {path}: {answer.status}")


def _signed_in(user: User) -> str:
    """The key of a session of this person."""
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key
