"""The house of the rules: the shipped definitions on SQLite and PostgreSQL, furnished once, cleared for each test."""

from __future__ import annotations

from contextlib import AbstractContextManager

from sqlalchemy.engine import URL

from tests.acceptance.house import House, opened
from tests.definitions.shipped import shipped_files
from tests.houses import house_on_both


def shipped(url: URL) -> AbstractContextManager[House]:
    return opened(url, shipped_files())


house = house_on_both(shipped, "session")
