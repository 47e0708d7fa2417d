"""Tickets as they stand, and the numbers by which people call them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.columns import BigInt, Json
from service.db import Base


def _where(condition: str) -> dict[str, Any]:
    """Rows of which this does not hold are not in an index."""
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}


class Ticket(Base):
    """One running matter; its entries are the proof of everything here.

    `at` and `sequence` are those of its last entry; `version` rises when state, fields, assignee or limits change.
    `made` has, by transition, how often it was made and by whom last: {"pick_up": {"count": 2, "by": "chen"}}.
    `approval` has, for one that has come to approvals: the `step` whose turn it is, the `answers` of this round
    ({"step", "granted", "rows", "by", "at"}), and the `rounds` begun so far by state.
    `parent_id` is the ticket that opened it and `root_id` the one above all of its kin, which is locked before any of
    them; both are without a foreign key, which SQLite could add only by writing the table anew, and no ticket is ever
    deleted. `children` are the tickets that it opened and that are open: [{"number", "workflow"}].
    `next_due_at` is its least armed timer, and what a sweep looks for; `provisional` that one of its timers rests on a
    year whose holidays are not published. A ticket whose settling raised has its `attempts` counted, the `fault` kept,
    and is left alone until `set_aside_until`. A recurring ticket is due on a whole day, `due_on`, or at `due_at`.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint("priority IN ('low', 'normal', 'high', 'urgent')", name="priority"),
        CheckConstraint("ended_at IS NULL OR next_due_at IS NULL", name="nothing_due_after_the_end"),
        Index(None, "next_due_at", **_where("next_due_at IS NOT NULL")),
        Index(None, "set_aside_until", **_where("set_aside_until IS NOT NULL")),
        Index(None, "site_id", "state"),
        Index(None, "assignee_id"),
        Index(None, "receiver_id"),
        Index(None, "parent_id", **_where("parent_id IS NOT NULL")),
        Index(None, "root_id", **_where("root_id IS NOT NULL")),
        Index("ix_ticket_open", "workflow", "revision", **_where("ended_at IS NULL")),
        Index("ix_ticket_ended", "id", **_where("ended_at IS NOT NULL")),
        Index(None, "workflow", "state"),
        Index(None, "provisional", **_where("provisional")),
    )

    id: Mapped[int] = mapped_column(BigInt, Identity(), primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    workflow: Mapped[str]
    revision: Mapped[str] = mapped_column(ForeignKey("revision.hash", ondelete="RESTRICT"))
    calendar_revision: Mapped[str] = mapped_column(ForeignKey("calendar_revision.hash", ondelete="RESTRICT"))
    state: Mapped[str]
    version: Mapped[int]
    sequence: Mapped[int]
    title: Mapped[str]
    place: Mapped[str]
    requester: Mapped[str | None]
    priority: Mapped[str]
    accountable: Mapped[str]
    receiver_id: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    round: Mapped[int]
    made: Mapped[dict[str, Any]] = mapped_column(Json)
    approval: Mapped[dict[str, Any] | None] = mapped_column(Json)
    parent_id: Mapped[int | None] = mapped_column(BigInt)
    root_id: Mapped[int | None] = mapped_column(BigInt)
    children: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    opened_at: Mapped[dt.datetime]
    at: Mapped[dt.datetime]
    due_on: Mapped[dt.date | None]
    due_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    next_due_at: Mapped[dt.datetime | None]
    provisional: Mapped[bool]
    attempts: Mapped[int] = mapped_column(default=0)
    set_aside_until: Mapped[dt.datetime | None]
    fault: Mapped[str | None]


class TicketNumber(Base):
    """The last number given at a site in a year. Numbers may be missing, none is given twice."""

    __tablename__ = "ticket_number"

    site_id: Mapped[str] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
