"""The house behind the HTTP interface: on SQLite and on PostgreSQL, furnished once and cleared for each test."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.service.api_house import House, opened


@pytest.fixture(scope="session")
def sqlite_api_house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("house") / "duban.db")
    with opened(URL.create("sqlite", database=str(file))) as house:
        yield house


@pytest.fixture(scope="session")
def postgresql_api_house(upgraded_postgres_database: Callable[[], URL]) -> Iterator[House]:
    with opened(upgraded_postgres_database()) as house:
        yield house


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> House:
    """A house in which no ticket was opened yet."""
    version = (
        f"SQLite {sqlite3.sqlite_version}"
        if request.param == "sqlite"
        else f"PostgreSQL {request.getfixturevalue('postgres_version')}"
    )
    request.node.user_properties.append(("database", version))
    found: House = request.getfixturevalue(f"{request.param}_api_house")
    found.clear()
    return found
