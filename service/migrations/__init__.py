"""The schema's history: which revision a database is at, and bringing it to the one that this code is written for.

A revision says in `works_with` the oldest one whose programs may go on beside it: those before have been expanded only,
by tables, by columns that may be empty, by indexes. So an upgrade needs no standstill: first the schema, then the
programs, one after the other. What is no longer needed is taken away by a later revision, once no program names it.

Every function here is called inside an application context. No `ini` file: the only thing that is ever configured is
where the revisions lie.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, delete, insert, select

from service import tables
from service.db import migrating, reading, table_of


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
    """Raises SchemaNotCurrent, whose text can be shown, unless the database is at `head()`, or has only been expanded
    since by a newer version."""
    found = current()
    if found == head():
        return
    if found is not None and found not in _known() and _oldest_supported() in _known():
        return
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
        support = table_of(tables.SchemaSupport)
        connection.execute(delete(support))
        connection.execute(insert(support).values(oldest=works_with(head())))
        return before, head()


def works_with(revision: str) -> str:
    """The oldest revision whose programs may go on beside this one; itself if it does not say so."""
    script = ScriptDirectory.from_config(_config()).get_revision(revision)
    return str(getattr(script.module, "works_with", revision))


def downgrade(revision: str) -> None:
    """Takes the database back to `revision` ("base": nothing at all), and loses what was kept only in later ones."""
    with migrating() as connection:
        command.downgrade(_config(connection), revision)


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def _oldest_supported() -> str | None:
    with reading() as session:
        return session.execute(select(tables.SchemaSupport.oldest)).scalar_one_or_none()


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
