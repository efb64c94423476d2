"""Debian's IMAP server on a free port with a certificate of its own, for one test run."""

import grp
import imaplib
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PROGRAM = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
PASSWORD = "geheim"
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
{users}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
  }}
  chroot =
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
}}
"""


class MailServer:
    """`port` speaks IMAP over TLS; every user name is a mailbox, all with PASSWORD."""

    host = "127.0.0.1"

    def __init__(self, folder: Path):
        self.folder = folder
        self.certificate = folder / "cert.pem"
        with socket.socket() as probe:
            probe.bind((self.host, 0))
            self.port = probe.getsockname()[1]
        _make_certificate(folder)
        self._write_config()
        log = (folder / "out").open("wb")
        self._process = subprocess.Popen(  # noqa: S603
            [PROGRAM, "-F", "-c", str(folder / "conf")], stdout=log, stderr=subprocess.STDOUT
        )
        self._wait()

    def _write_config(self):
        is_root = os.getuid() == 0
        person = pwd.getpwnam("nobody" if is_root else pwd.getpwuid(os.getuid()).pw_name)
        group = grp.getgrgid(person.pw_gid).gr_name
        own = f"default_internal_user = {person.pw_name}\ndefault_internal_group = {group}"
        own += f"\ndefault_login_user = {person.pw_name}"
        (self.folder / "mail").mkdir()
        if is_root:
            self.folder.chmod(0o711)
            os.chown(self.folder / "mail", person.pw_uid, person.pw_gid)
        values = {"folder": self.folder, "port": self.port, "password": PASSWORD, "uid": person.pw_uid}
        values |= {"gid": person.pw_gid, "users": "" if is_root else own}
        (self.folder / "conf").write_text(_CONFIG.format(**values))

    def _wait(self):
        for _try in range(100):
            try:
                self.connect("someone").logout()
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.1)
            else:
                return
        raise RuntimeError((self.folder / "out").read_text() + (self.folder / "log").read_text())

    def connect(self, user: str) -> imaplib.IMAP4_SSL:
        context = ssl.create_default_context(cafile=str(self.certificate))
        imap = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=5)
        imap.login(user, PASSWORD)
        return imap

    def deliver(self, user: str, raw: bytes, folder: str = "INBOX") -> None:
        imap = self.connect(user)
        imap.append(folder, None, None, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        imap.logout()

    def unseen(self, user: str) -> int:
        imap = self.connect(user)
        imap.select("INBOX", readonly=True)
        _answer, found = imap.search(None, "UNSEEN")
        imap.logout()
        return len(found[0].split())

    def stop(self):
        self._process.terminate()
        self._process.wait(10)


def _make_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
