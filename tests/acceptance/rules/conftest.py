"""The house of the rules: the shipped definitions on SQLite and PostgreSQL, furnished once, cleared for each test."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.acceptance.house import House, opened
from tests.definitions.shipped import shipped_files


@pytest.fixture(scope="session")
def sqlite_house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("house") / "duban.db")
    with opened(URL.create("sqlite", database=str(file)), shipped_files()) as house:
        yield house


@pytest.fixture(scope="session")
def postgresql_house(upgraded_postgres_database: Callable[[], URL]) -> Iterator[House]:
    with opened(upgraded_postgres_database(), shipped_files()) as house:
        yield house


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> House:
    """A house in which nothing has happened yet."""
    version = (
        f"SQLite {sqlite3.sqlite_version}"
        if request.param == "sqlite"
        else f"PostgreSQL {request.getfixturevalue('postgres_version')}"
    )
    request.node.user_properties.append(("database", version))
    found: House = request.getfixturevalue(f"{request.param}_house")
    found.clear()
    return found
