"""The house of the rules: the shipped definitions on SQLite and on PostgreSQL, furnished once and cleared for each test."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.engine import URL

from service import migrations
from service.db import connect, disconnect
from tests.acceptance.house import House, opened
from tests.definitions.shipped import shipped_files


@pytest.fixture(scope="session")
def houses(request: pytest.FixtureRequest) -> Iterator[dict[str, House]]:
    """The houses of this worker by database; each is opened when a test first asks for it."""
    with ExitStack() as stack:
        request.config.stash[STACK] = stack
        yield {}


STACK = pytest.StashKey[ExitStack]()


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, houses: dict[str, House]) -> House:
    """A house in which nothing has happened yet."""
    if request.param not in houses:
        url = _database(request)
        houses[request.param] = request.config.stash[STACK].enter_context(opened(url, shipped_files()))
    request.node.user_properties.append(("database", _called(request)))
    houses[request.param].clear()
    return houses[request.param]


def _database(request: pytest.FixtureRequest) -> URL:
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        folder = request.getfixturevalue("tmp_path_factory").mktemp("house")
        return URL.create("sqlite", database=str(template.copy(folder / "duban.db")))
    url: URL = request.getfixturevalue("new_postgres_database")()
    app = Flask(__name__)
    connect(app, url)
    with app.app_context():
        migrations.upgrade()
    disconnect(app)
    return url


def _called(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    return f"PostgreSQL {request.getfixturevalue('postgres_version')}"
