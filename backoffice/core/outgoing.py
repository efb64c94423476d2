"""HTTP to other houses: never into a private network, never for long, never on to another address.

An address is looked up once and that very one is connected to: a name that leads somewhere else a moment
later leads nowhere here.
"""

import ipaddress
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import certifi
import urllib3
from django.conf import settings
from django.utils.translation import gettext as _

MAX_ANSWER_BYTES = 4 * 1024 * 1024
CONNECT_SECONDS, READ_SECONDS = 5, 10
WHOLE_SECONDS = 20  # one that sends a byte now and then is as late as one that sends none
_PART_BYTES = 64 * 1024
# the last 32 bits are an address of IPv4: NAT64, and the oldest way
_WRAPPED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))
_PORTS = {"https": 443, "http": 80}


class NotReached(Exception):
    """Nobody answered; says why in a sentence."""


class AddressRefused(NotReached):
    """It is no address of the open internet, or none of HTTPS."""


@dataclass(frozen=True)
class HttpAnswer:
    """`headers` by lower-case name; `body` up to MAX_ANSWER_BYTES."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


def send_http(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> HttpAnswer:
    """Send one request and return what came back, whatever its status; redirects are not followed.

    Raises AddressRefused before anything is sent, NotReached when no answer comes.
    """
    parts = urlsplit(url)
    host, port, address = check_address(url)
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    named = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": "Stammgast", **(headers or {})}
    with _pool(parts.scheme, host, port, address) as pool:
        try:
            answer = pool.urlopen(
                method, target, body=body, headers=named, redirect=False, preload_content=False
            )
            content = _read(answer)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise NotReached(_reason(error)) from None
    if len(content) > MAX_ANSWER_BYTES:
        raise NotReached(_("The answer is too large."))
    return HttpAnswer(answer.status, {name.lower(): text for name, text in answer.headers.items()}, content)


def check_address(url: str) -> tuple[str, int, str]:
    """Host, port and the numeric address to connect to. Raises AddressRefused, NotReached for a name that
    nobody knows."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise AddressRefused(_("This is not a web address.")) from None
    if not host or parts.username or parts.password:
        raise AddressRefused(_("This is not a web address."))
    if parts.scheme != "https" and not settings.OUTGOING_PRIVATE:
        raise AddressRefused(_("The address has to begin with https://."))
    return host, port, numeric_address(host, port)


def numeric_address(host: str, port: int) -> str:
    """Where a name leads, looked up once. Raises AddressRefused for a private network, NotReached for a name
    that nobody knows."""
    addresses = _look_up(host, port)
    if not settings.OUTGOING_PRIVATE and not all(map(_is_public, addresses)):
        raise AddressRefused(_("This address leads into a private network."))
    return addresses[0]


def _look_up(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotReached(_("Nobody knows the name %(host)s.") % {"host": host}) from None
    return [entry[4][0] for entry in found]


def _is_public(address: str) -> bool:
    number = ipaddress.ip_address(address.partition("%")[0])
    reached = _inside(number) or number
    return reached.is_global and not reached.is_multicast


def _inside(number) -> ipaddress.IPv4Address | None:
    """The IPv4 address that one of IPv6 stands for, whatever the way it is wrapped."""
    if number.version == 4:
        return None
    if any(number in network for network in _WRAPPED):
        return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour or (number.teredo and number.teredo[1])


def _read(answer: urllib3.BaseHTTPResponse) -> bytes:
    """No more than MAX_ANSWER_BYTES and one. Raises TimeoutError."""
    ends, content = time.monotonic() + WHOLE_SECONDS, b""
    while len(content) <= MAX_ANSWER_BYTES:
        part = answer.read1(_PART_BYTES, decode_content=True)
        if not part:
            break
        content += part
        if time.monotonic() > ends:
            raise TimeoutError
    return content


def _pool(scheme: str, host: str, port: int, address: str) -> urllib3.HTTPConnectionPool:
    common = {
        "timeout": urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        "retries": False,
        "maxsize": 1,
    }
    if scheme == "http":
        return urllib3.HTTPConnectionPool(address, port, **common)
    return urllib3.HTTPSConnectionPool(
        address,
        port,
        server_hostname=host,
        assert_hostname=host,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
        **common,
    )


def _reason(error: Exception) -> str:
    if isinstance(error, urllib3.exceptions.TimeoutError | TimeoutError):
        return _("It did not answer in time.")
    if isinstance(error, urllib3.exceptions.SSLError):
        return _("Its certificate is not valid.")
    return _("The connection was refused or broke off.")
