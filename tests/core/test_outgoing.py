"""HTTP to other houses: into no private network, on to no other address, not for long (TRUST §3)."""

import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from backoffice.core import outgoing
from backoffice.core.outgoing import AddressRefused, NotReached, check_address, send_http


@pytest.fixture
def names(monkeypatch):
    """Names that the world knows: `names["example.org"] = ["93.184.216.34"]`."""
    known, look_up = {}, socket.getaddrinfo

    def getaddrinfo(host, port, *args, **kwargs):
        found = known.get(host, [host])
        return [answer for one in found for answer in look_up(one, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


class _Server:
    """`answer(handler)` says what comes back; `asked` has the paths."""

    def __init__(self, answer, context=None):
        self.asked, server = [], self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                server.asked.append(self.path)
                answer(self)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def serve(settings):
    settings.OUTGOING_PRIVATE = True
    started = []

    def serve(answer, context=None):
        started.append(_Server(answer, context))
        return started[-1]

    yield serve
    for one in started:
        one.server.shutdown()
        one.server.server_close()


def say(status=200, body=b"", **headers):
    def answer(handler):
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


PRIVATE = [
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),  # noqa: S104
    *("100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
    *("::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::", "::127.0.0.1"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_into_a_private_network_is_refused(names, address):
    names["inside.example.org"] = [address]

    with pytest.raises(AddressRefused):
        check_address("https://inside.example.org/")


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_number_is_refused(address):
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(AddressRefused):
        check_address(f"https://{host}/")


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"])
def test_other_spellings_of_this_machine_are_refused(spelling):
    with pytest.raises(AddressRefused):
        check_address(f"https://{spelling}/")


def test_one_private_address_among_public_ones_is_refused(names):
    names["two.example.org"] = ["93.184.216.34", "10.0.0.1"]

    with pytest.raises(AddressRefused):
        check_address("https://two.example.org/")


def test_a_public_name_is_looked_up_once_and_that_address_is_connected_to(names):
    names["example.org"] = ["93.184.216.34"]

    assert check_address("https://example.org/hook") == ("example.org", 443, "93.184.216.34")
    assert check_address("https://example.org:8443/") == ("example.org", 8443, "93.184.216.34")


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.org", "ftp://example.org/", "file:///etc/passwd", "https://", "https://a:x/"),
        *("https://user:secret@example.org/", "https://user@example.org/", "http://example.org/"),
        *("https://example.org:99999/", "https://[::1/", "gopher://127.0.0.1:25/", "//example.org/"),
        *("https://exa mple.org\r\nX: y/",),
    ],
)
def test_what_is_no_https_address_is_refused(names, url):
    names["example.org"] = ["93.184.216.34"]

    with pytest.raises(AddressRefused):
        check_address(url)


def test_a_name_that_nobody_knows_is_not_reached(monkeypatch):
    def fail(*args, **kwargs):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(NotReached):
        check_address("https://nobody.example.org/")


def test_nothing_is_sent_to_a_private_address(serve, settings):
    server = serve(say())
    settings.OUTGOING_PRIVATE = False

    with pytest.raises(AddressRefused):
        send_http("GET", f"https://127.0.0.1:{server.port}/")

    assert server.asked == []


def test_an_answer_comes_with_status_headers_and_body(serve):
    server = serve(say(201, b"thank you", **{"X-Kind": "a"}))

    answer = send_http("GET", f"http://127.0.0.1:{server.port}/a/b?c=d#e")

    assert (answer.status, answer.is_good, answer.body) == (201, True, b"thank you")
    assert answer.headers["x-kind"] == "a"
    assert server.asked == ["/a/b?c=d"]


def test_redirects_are_not_followed(serve):
    elsewhere = serve(say())
    server = serve(say(302, Location=f"http://127.0.0.1:{elsewhere.port}/"))

    answer = send_http("GET", f"http://127.0.0.1:{server.port}/")

    assert (answer.status, answer.is_good) == (302, False)
    assert elsewhere.asked == []


def test_a_large_answer_is_not_read_to_its_end(serve, monkeypatch):
    monkeypatch.setattr(outgoing, "MAX_ANSWER_BYTES", 1_000)
    exact, larger = serve(say(body=b"x" * 1_000)), serve(say(body=b"x" * 200_000))

    assert len(send_http("GET", f"http://127.0.0.1:{exact.port}/").body) == 1_000
    with pytest.raises(NotReached, match="too large"):
        send_http("GET", f"http://127.0.0.1:{larger.port}/")


def test_one_that_says_nothing_is_not_waited_for(serve, monkeypatch):
    monkeypatch.setattr(outgoing, "READ_SECONDS", 0.2)
    server = serve(lambda handler: time.sleep(1))

    with pytest.raises(NotReached, match="in time"):
        send_http("GET", f"http://127.0.0.1:{server.port}/")


def test_one_that_drips_is_not_waited_for(serve, monkeypatch):
    monkeypatch.setattr(outgoing, "WHOLE_SECONDS", 0.3)

    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(20):
            handler.wfile.write(b"x")
            time.sleep(0.1)

    server, began = serve(drip), time.monotonic()
    with pytest.raises(NotReached, match="in time"):
        send_http("GET", f"http://127.0.0.1:{server.port}/")
    assert time.monotonic() - began < 1


def test_an_answer_that_breaks_off_is_none(serve):
    def break_off(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"x")
        handler.close_connection = True

    server = serve(break_off)
    with pytest.raises(NotReached):
        send_http("GET", f"http://127.0.0.1:{server.port}/")


@pytest.fixture
def certificate(tmp_path):
    """A self-signed certificate for a name: `certificate("localhost")`, as (context, its file)."""

    def make(name):
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
        made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
        made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        made = made.sign(key, hashes.SHA256())
        text, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        file = tmp_path / f"{name}.pem"
        secret = key.private_bytes(text, private, serialization.NoEncryption())
        file.write_bytes(made.public_bytes(text) + secret)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context, file

    return make


def test_a_self_signed_certificate_is_refused(serve, certificate):
    context, _file = certificate("localhost")
    server = serve(say(), context)

    with pytest.raises(NotReached, match="certificate"):
        send_http("GET", f"https://localhost:{server.port}/")

    assert server.asked == []


@pytest.mark.parametrize(("name", "is_good"), [("localhost", True), ("other.example.org", False)])
def test_a_certificate_has_to_be_for_the_name(serve, certificate, monkeypatch, name, is_good):
    context, file = certificate(name)
    monkeypatch.setattr(certifi, "where", lambda: str(file))
    server = serve(say(), context)

    if is_good:
        assert send_http("GET", f"https://localhost:{server.port}/").is_good
        return
    with pytest.raises(NotReached, match="certificate"):
        send_http("GET", f"https://localhost:{server.port}/")
    assert server.asked == []
