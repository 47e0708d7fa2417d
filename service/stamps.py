"""The stamp of the directory: by it a process knows that what it has read of people, roles and sites still holds, and
that a token which was good has not been withdrawn.

Whatever changes any of them calls `directory_changes` in its transaction; so whoever sees a change sees its stamp.
"""

from __future__ import annotations

import secrets
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service import tables
from service.db import table_of

DIRECTORY: ScalarSelect[str] = select(table_of(tables.DirectoryStamp).c.stamp).scalar_subquery()
"""The stamp as a column, to be read in the same statement as something else; NULL where nothing was ever changed."""

_READ = select(table_of(tables.DirectoryStamp).c.stamp)


def directory_stamp(session: Session) -> str | None:
    """The stamp that the transaction sees."""
    return session.connection().execute(_READ).scalar_one_or_none()


def directory_changes(session: Session) -> None:
    """People, roles, sites or departments are about to be changed in this transaction, or tokens to be withdrawn.

    Called before the change, so that two who change something take their turns and never wait for each other.
    """
    session.connection().execute(_written(session.get_bind().dialect.name), {"drawn": secrets.token_hex(16)})


@cache
def _written(database: str) -> Any:
    dialect = postgresql if database == "postgresql" else sqlite
    drawn = dialect.insert(table_of(tables.DirectoryStamp)).values(id=1, stamp=bindparam("drawn"))
    return drawn.on_conflict_do_update(index_elements=["id"], set_={"stamp": drawn.excluded.stamp})
