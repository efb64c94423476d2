"""deploy/nginx.conf as it stands, in a real nginx before the real server: only places and ports differ."""

import os
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import ExitStack, suppress
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from backoffice.core.management.commands.serve import THREADS, server_command
from backoffice.staff.models import SignInCounter
from backoffice.staff.signing_in.limits import _digest
from customers.models import ImportRun
from tests.jobs.test_worker import database_url

pytestmark = [pytest.mark.proxy, pytest.mark.django_db(transaction=True)]
MIB = 1024 * 1024
CSRF = "a" * 32
FORM = "application/x-www-form-urlencoded"
TOOLS = ("nginx", "openssl")


def free_ports(count: int) -> list[int]:
    """Different ones: each is held until all are found."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def place(folder: Path, port: int, plain_port: int, server_port: int) -> Path:
    """The configuration with ports of this machine and files in `folder`."""
    text = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()
    changes = {
        "listen [::]:80;": "",
        "listen [::]:443 ssl;": "",
        "listen 80;": f"listen 127.0.0.1:{plain_port};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{server_port};",
        "backoffice.example.org": "localhost",
        "/etc/ssl/stammgast": str(folder),
    }
    for mine, here in changes.items():
        assert mine in text
        text = text.replace(mine, here)
    path = folder / "nginx.conf"
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "user root;" if os.geteuid() == 0 else ""
    path.write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/log;"
        f"events {{}} http {{ access_log off; {temporary} {text} }}"
    )
    return path


def make_certificate(folder: Path) -> None:
    names = ["-keyout", folder / "key.pem", "-out", folder / "certificate.pem"]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command = ["openssl", "req", *kind, "-subj", "/CN=localhost", "-days", "1", *names]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603


class Site:
    """What a browser reaches, and where it and the server keep what they are sent."""

    def __init__(self, port: int, folder: Path):
        self.port, self.bodies, self.uploads = port, folder / "client_body", folder / "uploads"
        self.media = folder / "media"
        self._trust = ssl._create_unverified_context()  # noqa: S323

    def connect(self, source: str = "127.0.0.1") -> HTTPSConnection:
        return HTTPSConnection(
            "127.0.0.1", self.port, timeout=10, context=self._trust, source_address=(source, 0)
        )

    def begin(self, path, *, length, session="", content_type=FORM, source="127.0.0.1", **headers):
        """A form of so many bytes, of which none is sent yet."""
        connection = self.connect(source)
        connection.putrequest("POST", path, skip_host=True)
        cookies = f"__Host-csrf={CSRF}; __Host-session={session}"
        own = {"Host": "localhost", "Cookie": cookies, "Referer": "https://localhost/"}
        said = {"Content-Type": content_type, "Content-Length": str(length), "Accept-Language": "en"}
        for name, value in (own | said | headers).items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection

    def page(self) -> tuple[int, float]:
        """Status of the sign-in page, and the seconds it took."""
        start = time.monotonic()
        connection = self.connect()
        connection.request("GET", "/login/", headers={"Host": "localhost"})
        return connection.getresponse().status, time.monotonic() - start

    @property
    def kept(self) -> list[Path]:
        return [path for folder in (self.bodies, self.uploads) for path in folder.rglob("*")]


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, tmp_path_factory):
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} missing")
    folder = tmp_path_factory.mktemp("site")
    port, plain_port, server_port = free_ports(3)
    make_certificate(folder)
    (folder / "uploads").mkdir()
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.deploy.settings",
        "MEDIA_ROOT": str(folder / "media"),
        "TMPDIR": str(folder / "uploads"),
        "LOG_LEVEL": "CRITICAL",
    }
    commands = [
        server_command("127.0.0.1", server_port, THREADS),
        ["nginx", "-p", str(folder), "-c", str(place(folder, port, plain_port, server_port))],
    ]
    with ExitStack() as running:
        for command in commands:
            process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)  # noqa: S603
            running.callback(process.wait)
            running.callback(process.terminate)
        site = Site(port, folder)
        _wait_for(site)
        yield site


def _wait_for(site: Site) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with suppress(OSError):
            if site.page()[0] == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("The site does not answer.")


@pytest.fixture
def session(manager):
    client = Client()
    client.force_login(manager)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def drip(connections) -> None:
    for connection in connections:
        with suppress(OSError):
            connection.sock.sendall(b"a")


def test_slow_senders_do_not_stop_the_site(site, session):
    slow = [site.begin("/login/", length=5000) for _ in range(40)]
    slow += [site.begin("/customers/import/", length=5000, session=session) for _ in range(4)]

    for _ in range(3):
        drip(slow)
        status, seconds = site.page()
        assert status == 200
        assert seconds < 2

    for connection in slow:
        connection.close()


@pytest.mark.parametrize("path", ["/login/", "/customers/", "/customers/new/", "/customers/import/"])
def test_400_megabytes_of_a_stranger_are_refused_at_once(site, path):
    connection = site.begin(path, length=400 * MIB)
    connection.send(b"a" * 8 * MIB)  # a browser goes on sending before it reads
    answer = connection.getresponse()

    if path == "/customers/import/":
        assert (answer.status, answer.headers["Location"]) == (302, f"/login/?next={path}")
    else:
        assert answer.status == 413
        assert "Nothing was stored" in answer.read().decode()
    assert site.kept == []


def test_a_stranger_who_hides_the_length_is_refused(site):
    connection = site.connect()
    headers = {"Host": "localhost", "Transfer-Encoding": "chunked"}
    connection.request("POST", "/customers/import/", headers=headers)

    assert connection.getresponse().status == 302
    assert site.kept == []


def test_a_large_table_passes_of_who_may_import(site, session, organisation, location):
    head = (
        f'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{CSRF}\r\n'
        '--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nfile\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="guests.csv"\r\n\r\n'
    ).encode()
    body = head + b"email\r\n" + b"anna@example.org\r\n" * (20 * MIB // 18) + b"--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    connection = site.begin("/customers/import/", length=len(body), session=session, content_type=kind)
    connection.send(body)

    answer = connection.getresponse()
    assert answer.status == 302
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == run.get_absolute_url()
    assert run.size_bytes > 19 * MIB


def test_tries_of_passwords_are_counted_by_where_they_came_from(site):
    body = f"csrfmiddlewaretoken={CSRF}&login=anna@example.org&password=wrong".encode()
    forged = {"X-Forwarded-For": "6.6.6.6"}
    connection = site.begin("/login/", length=len(body), source="127.0.0.2", **forged)
    connection.send(body)

    assert connection.getresponse().status in (200, 422)
    assert SignInCounter.objects.filter(key=f"address:{_digest('127.0.0.2')}").exists()
