"""A message as it came, and what a vendor's module says of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from customers.choices import Source
from orders.sources.formats.news import CustomerNews, House, OrderNews
from orders.sources.formats.payload import Part, read_json

News = OrderNews | CustomerNews


@dataclass(frozen=True)
class Message:
    """`headers` by lower-case name, `url` as the vendor knows it."""

    headers: Mapping[str, str]
    body: bytes
    url: str = ""

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    @property
    def digest(self) -> str:
        return sha256(self.body).hexdigest()

    def read(self) -> Part:
        return read_json(self.body)


class Format(Protocol):
    """A module of `orders.sources.formats`: one vendor.

    HEADERS are kept beside the body, SOURCE is what its orders count as, TOPICS what it can read. SIGNS says
    whether its messages are signed with a secret.
    """

    HEADERS: tuple[str, ...]
    SOURCE: Source
    TOPICS: frozenset[str]
    SIGNS: bool
    API_URL: str  # of the vendor; empty where every shop has its own, None where there is none

    def is_signed(self, message: Message, secret: str) -> bool: ...

    def is_ping(self, message: Message) -> bool:
        """Whether it only tries the address."""

    def identify(self, message: Message) -> tuple[str, str]:
        """The vendor's number of the event, and its topic. Raises UnreadablePayload."""

    def path_of(self, topic: str, payload: Part) -> str:
        """Where the vendor's API has what the message only points to; empty when it says all."""

    def authorization(self, token: str) -> dict[str, str]:
        """The headers that open the vendor's API; only where API_URL is not None."""

    def read(self, topic: str, payload: Part, house: House, fetched: Part) -> Iterable[News]:
        """Raises UnreadablePayload."""
