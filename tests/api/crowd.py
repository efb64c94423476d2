"""Tills and shops that send at once and do not give up: each message again until it is taken."""

import json
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from threading import Event, Thread

PATIENCE_SECONDS = 60
_PAUSE_SECONDS = 0.05


@dataclass(frozen=True)
class Message:
    """What a client sends, and the numbers of the orders in it."""

    path: str
    body: bytes
    headers: dict[str, str]
    numbers: tuple[str, ...]


@dataclass
class Crowd:
    """`taken`: every message that was answered with 2xx, and its answer. `refused`: how often which other
    answer came; no answer at all is a 0. `seconds`: how long each answer took that was 2xx."""

    port: int
    makers: list[Callable[[int], Message]]
    taken: list[tuple[Message, dict]] = field(default_factory=list)
    refused: Counter = field(default_factory=Counter)
    without_retry_after: int = 0
    seconds: list[float] = field(default_factory=list)
    abandoned: list[Message] = field(default_factory=list)

    @contextmanager
    def sending(self):
        """All of them send as long as the block runs; what they have begun they bring to its end."""
        stop = Event()
        threads = [
            Thread(target=self._send_until, args=(stop, make, n)) for n, make in enumerate(self.makers)
        ]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def numbers(self) -> set[str]:
        """Of all orders that were taken. AssertionError when a message was given up."""
        assert self.taken, self.refused
        assert not self.abandoned
        return {number for message, _answer in self.taken for number in message.numbers}

    def _send_until(self, stop: Event, make: Callable[[int], Message], place: int) -> None:
        for number in count():
            if stop.is_set():
                return
            message = make(1_000_000 * place + number)
            answer = self.insist(message)
            if answer is None:
                self.abandoned.append(message)
            else:
                self.taken.append((message, answer))

    def insist(self, message: Message) -> dict | None:
        """Send until it is taken; None when nobody took it in all the time."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            status, answer = self._send(message)
            if status in (200, 201, 207):
                return answer
            self.refused[status] += 1
            time.sleep(_PAUSE_SECONDS)
        return None

    def _send(self, message: Message) -> tuple[int, dict]:
        connection, start = HTTPConnection("127.0.0.1", self.port, timeout=30), time.monotonic()
        kept = {"Host": "localhost", "Content-Type": "application/json", **message.headers}
        try:
            connection.request("POST", message.path, message.body, kept)
            response = connection.getresponse()
            text = response.read()
        except (OSError, HTTPException):
            return 0, {}
        finally:
            connection.close()
        if response.status < 300:
            self.seconds.append(time.monotonic() - start)
            return response.status, json.loads(text) if text.startswith(b"{") else {}
        self.without_retry_after += "Retry-After" not in response.headers
        return response.status, {}
