"""The one reader of the wall clock.

Everything else is handed an instant. On PostgreSQL it is the database's, so that two hosts whose clocks differ
agree on what is late; on SQLite, where there is one host, the process's. Whoever asks without a database does not
wait until its library is loaded.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


class Now(Protocol):
    """Tells the instant."""

    def instant(self, session: Session) -> dt.datetime:
        """The instant, aware and in UTC; on PostgreSQL this asks the database."""
        ...

    def column(self, session: Session) -> ColumnElement[dt.datetime]:
        """The instant as a column, to be read in the same statement as a row."""
        ...

    def here(self, session: Session) -> dt.datetime | None:
        """The instant, where the process tells it; None where the database does and has to be asked."""
        ...


class SystemNow:
    """The instant as it is."""

    def instant(self, session: Session) -> dt.datetime:
        if (here := self.here(session)) is not None:
            return here
        from sqlalchemy import select

        return session.execute(select(self.column(session))).scalar_one()

    def here(self, session: Session) -> dt.datetime | None:
        return dt.datetime.now(dt.UTC) if session.get_bind().dialect.name == "sqlite" else None

    def column(self, session: Session) -> ColumnElement[dt.datetime]:
        from sqlalchemy import func

        from service.columns import UTCDateTime

        if session.get_bind().dialect.name == "sqlite":
            return _written(dt.datetime.now(dt.UTC))
        return func.clock_timestamp(type_=UTCDateTime())


class FixedNow:
    """An instant that stands still until it is told otherwise: for tests and for looking ahead."""

    def __init__(self, at: dt.datetime) -> None:
        self.set(at)

    def set(self, at: dt.datetime) -> None:
        """Stands at `at` from here on; may go back. A naive datetime is a ValueError."""
        if at.tzinfo is None:
            raise ValueError(f"an instant needs a zone, and {at.isoformat()} has none")
        self.at = at.astimezone(dt.UTC)

    def forward(self, by: dt.timedelta) -> dt.datetime:
        """Lets `by` pass, and gives back the instant that it is then."""
        self.set(self.at + by)
        return self.at

    def instant(self, session: Session) -> dt.datetime:
        return self.at

    def here(self, session: Session) -> dt.datetime | None:
        return self.at

    def column(self, session: Session) -> ColumnElement[dt.datetime]:
        return _written(self.at)


def _written(at: dt.datetime) -> ColumnElement[dt.datetime]:
    from sqlalchemy import literal

    from service.columns import UTCDateTime

    return literal(at, UTCDateTime())


def instant_here() -> dt.datetime:
    """The process's own instant, for a question to which no database is needed."""
    return dt.datetime.now(dt.UTC)


def nap_until(after: dt.timedelta) -> dt.datetime:
    """The process's own instant after a nap, for waking up only: what is due then is asked of the database."""
    return dt.datetime.now(dt.UTC) + after
