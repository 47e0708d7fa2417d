"""The instant as a process sees it whose clock can be stepped: the real one, and what a file says on top of it."""

from __future__ import annotations

import datetime as dt
import os
import struct
from pathlib import Path

from sqlalchemy import ColumnElement, Interval, bindparam, literal
from sqlalchemy.orm import Session

from service.columns import UTCDateTime
from service.now import SystemNow

_SECONDS = struct.Struct("d")


class SteppedNow:
    """Tells the instant of the database, or of the process on SQLite, stepped by what the file says right now.

    Every process that reads the same file has the same clock; one with a file of its own is a host whose clock is off.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.real = SystemNow()
        if not file.exists():
            self.step_to(dt.timedelta())

    def step_to(self, offset: dt.timedelta) -> None:
        """The clock is off by so much from here on."""
        new = self.file.with_name(f"{self.file.name}.{os.getpid()}")
        new.write_bytes(_SECONDS.pack(offset.total_seconds()))
        new.replace(self.file)

    @property
    def offset(self) -> dt.timedelta:
        return dt.timedelta(seconds=_SECONDS.unpack(self.file.read_bytes())[0])

    def instant(self, session: Session) -> dt.datetime:
        return self.real.instant(session) + self.offset

    def here(self, session: Session) -> dt.datetime | None:
        here = self.real.here(session)
        return None if here is None else here + self.offset

    def column(self, session: Session) -> ColumnElement[dt.datetime]:
        if session.get_bind().dialect.name == "sqlite":
            return literal(self.instant(session), UTCDateTime())
        # Looked up whenever it is sent: whoever keeps the statement keeps no instant.
        offset: ColumnElement[dt.timedelta] = bindparam(None, callable_=lambda: self.offset, type_=Interval())
        stepped: ColumnElement[dt.datetime] = self.real.column(session) + offset
        return stepped
