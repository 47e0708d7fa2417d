"""The installation that a command works on: what the environment says, and the database it names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.settings import Settings


def settings() -> Settings:
    """The settings of the environment, paths relative to where the command was called."""
    from service.settings import Settings

    return Settings.from_environment(os.environ, start=Path.cwd())


@contextmanager
def database(*, any_schema: bool = False) -> Iterator[None]:
    """Connects to the database, for `reading()` and `writing()` inside; its schema must be current.

    With `any_schema` it may have any, and an SQLite file that is missing is made; otherwise nothing is.
    """
    from flask import Flask

    from service.db import connect, disconnect
    from service.migrations import require_current_schema
    from service.sqlite_files import require_database

    url = settings().database_url
    require_database(url, may_be_missing=any_schema)
    app = Flask("service")
    connect(app, url)
    try:
        with app.app_context():
            if not any_schema:
                require_current_schema()
            yield
    finally:
        disconnect(app)


def shown(path: Path) -> str:
    """A path as a person here would write it: relative, if it lies below where the command was called."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
