"""Clocks and timers of tickets: worked out from the entries, stored so that nobody has to read the history."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.columns import BigInt, Json
from service.db import Base

LATE = "late_at IS NOT NULL AND ended_at IS NULL"
"""What an open clock whose limit has been passed is found by."""


class Clock(Base):
    """One run of a deadline, or the current run of a reminder.

    `spans` are the stretches in which it ran, [[start, end], …], `fired` the levels that have fired, `extended` the
    microseconds that extensions have added.
    """

    __tablename__ = "clock"
    __table_args__ = (
        CheckConstraint("kind IN ('deadline', 'reminder')", name="kind"),
        CheckConstraint("outcome IN ('met', 'dropped')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended_with_an_outcome"),
        Index("ix_clock_late", "ticket_id", postgresql_where=text(LATE), sqlite_where=text(LATE)),
    )

    ticket_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("ticket.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    origin: Mapped[str]
    started_at: Mapped[dt.datetime]
    spans: Mapped[list[Any]] = mapped_column(Json)
    limit_at: Mapped[dt.datetime | None]
    late_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None]
    fired: Mapped[dict[str, Any]] = mapped_column(Json)
    extended: Mapped[int] = mapped_column(BigInt, default=0)


class Timer(Base):
    """When one level or reminder of a ticket is due; a reminder's `level` is empty.

    `provisional` while it rests on a year whose holidays are not published.
    """

    __tablename__ = "timer"
    __table_args__ = (CheckConstraint("kind IN ('deadline', 'reminder')", name="kind"),)

    ticket_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("ticket.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[dt.datetime]
    provisional: Mapped[bool]
