"""Notices: the outbox from which people are told, and the inbox in which they read it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.columns import BigInt, Json
from service.db import Base


class Notice(Base):
    """A message to one person that an entry caused. `items` says what about; the words are made when it is read.

    `id` is a UUID worked out from ticket, sequence, position and addressee, so that a repeat is the same notice.
    One that tells of a recurring ticket which could not be opened has neither ticket nor sequence.
    `next_attempt_at` is when to try to deliver it; empty once it has been delivered, or has failed for good.
    """

    __tablename__ = "notice"
    __table_args__ = (
        ForeignKeyConstraint(["ticket_id", "sequence"], ["entry.ticket_id", "entry.sequence"], ondelete="RESTRICT"),
        Index(
            None,
            "next_attempt_at",
            postgresql_where=text("next_attempt_at IS NOT NULL"),
            sqlite_where=text("next_attempt_at IS NOT NULL"),
        ),
        Index(
            None,
            "failed_at",
            postgresql_where=text("failed_at IS NOT NULL"),
            sqlite_where=text("failed_at IS NOT NULL"),
        ),
        Index(None, "person_id", "created_at", "id"),
        Index(
            "ix_notice_person_id_unread",
            "person_id",
            "created_at",
            "id",
            postgresql_where=text("read_at IS NULL"),
            sqlite_where=text("read_at IS NULL"),
        ),
        Index(None, "ticket_id", "sequence"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(BigInt)
    sequence: Mapped[int | None]
    position: Mapped[int]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    items: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    channel: Mapped[str]
    created_at: Mapped[dt.datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[dt.datetime | None]
    delivered_at: Mapped[dt.datetime | None]
    failed_at: Mapped[dt.datetime | None]
    read_at: Mapped[dt.datetime | None]
