"""PostgreSQL servers of a test's own, which it may stop, and standbys that follow them."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg

# Debian keeps them out of PATH, by version
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
_OPTIONS = {
    "fsync": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "listen_addresses": "127.0.0.1",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """One server with its files in a folder of its own; it keeps its port when it starts again."""

    def __init__(self):
        self.port, self.binaries = free_port(), BINARIES[-1].parent
        # PostgreSQL refuses to run as root
        self.user = "postgres" if os.getuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="stammgast-cluster-"))
        if self.user:
            shutil.chown(self.folder, self.user)

    def create(self) -> "Cluster":
        self.run("initdb", "-D", self.files, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        return self

    def follow(self, primary: "Cluster") -> "Cluster":
        """Become a standby of `primary`, by streaming replication."""
        how = ("-R", "-X", "stream", "-c", "fast", "-N")
        self.run("pg_basebackup", "-d", primary.url("postgres"), "-D", self.files, *how)
        return self

    def start(self) -> "Cluster":
        options = _OPTIONS | {"port": self.port, "unix_socket_directories": self.folder}
        said = " ".join(f"-c {name}={value}" for name, value in options.items())
        self.run("pg_ctl", "-D", self.files, "-l", self.folder / "log", "-o", said, "-w", "start")
        return self

    def take_copy(self, source: str, name: str, options: str = "") -> str:
        """Make a database that holds what the one at `source` holds; returns its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} {options}")
        dump = [self.binaries / "pg_dump", "--no-owner", "--format", "custom", source]
        restore = [self.binaries / "pg_restore", "--no-owner", "--exit-on-error", "-d", self.url(name)]
        whole = subprocess.run(dump, check=True, capture_output=True)  # noqa: S603
        subprocess.run(restore, check=True, input=whole.stdout)  # noqa: S603
        return self.url(name)

    def space_at(self, folder: Path) -> str:
        """A name for a folder in which databases may lie."""
        if self.user:
            shutil.chown(folder, self.user)
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE space LOCATION '{folder}'")
        return "space"

    def stop(self, mode: str = "fast") -> None:
        """`immediate` is a crash: what was not written ahead is lost."""
        self.run("pg_ctl", "-D", self.files, "-m", mode, "-w", "stop")

    def url(self, database: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def remove(self) -> None:
        if (self.files / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self.folder)

    @property
    def files(self) -> Path:
        return self.folder / "files"

    def run(self, program: str, *arguments: object) -> None:
        """One of PostgreSQL's programs, as the user it runs as. Raises CalledProcessError."""
        command = [self.binaries / program, *map(str, arguments)]
        subprocess.run(command, user=self.user, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)  # noqa: S603
