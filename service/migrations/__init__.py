"""The schema's history: which revision a database is at, and bringing it to the one that this code is written for.

Every function here is called inside an application context. No `ini` file: the only thing that is ever configured is
where the revisions lie.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from service.db import migrating, reading


class SchemaNotCurrent(Exception):
    """The database's schema is not the one that this version of Duban is written for; `found` None: it is empty."""

    def __init__(self, found: str | None) -> None:
        self.found = found
        if found is None:
            text = f"The database has no tables yet (schema {head()} is needed): run `duban upgrade`."
        elif found in _known():
            text = f"The database has schema {found}, and this version of Duban needs {head()}: run `duban upgrade`."
        else:
            text = f"The database has schema {found}, which is newer than this version of Duban: use the newer version."
        super().__init__(text)


def head() -> str:
    """The revision that this code is written for."""
    (revision,) = ScriptDirectory.from_config(_config()).get_heads()
    return revision


def current() -> str | None:
    """The revision that the database is at; None for one without tables."""
    with reading() as session:
        return _current(session.connection())


def require_current_schema() -> None:
    """Raises SchemaNotCurrent, whose text can be shown, unless the database is at `head()`."""
    found = current()
    if found != head():
        raise SchemaNotCurrent(found)


def upgrade() -> tuple[str | None, str]:
    """Brings the database to `head()` in one transaction, and says from which revision to which.

    Two at once wait for each other. A database that is newer than this code is left alone: SchemaNotCurrent.
    """
    with migrating() as connection:
        before = _current(connection)
        if before is not None and before not in _known():
            raise SchemaNotCurrent(before)
        command.upgrade(_config(connection), "head")
        return before, head()


def downgrade(revision: str) -> None:
    """Takes the database back to `revision` ("base": nothing at all), and loses what was kept only in later ones."""
    with migrating() as connection:
        command.downgrade(_config(connection), revision)


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
