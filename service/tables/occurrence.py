"""Recurring tickets: from when each schedule is looked after at each site, and what was opened for which period."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.columns import BigInt, Json
from service.db import Base


class Schedule(Base):
    """A schedule of a definition at one site. What was due at `since` or before has been seen to, or is nobody's."""

    __tablename__ = "schedule"

    workflow: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"), primary_key=True)
    since: Mapped[dt.datetime]


class Occurrence(Base):
    """The one ticket of a schedule at a site for a period and a party; an empty `party` is the site itself.

    Without a ticket its opening was refused, for `reasons`, and is tried again at `retry_at`.
    """

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("workflow", "schedule", "site_id", "period", "party"),
        CheckConstraint("(ticket_id IS NULL) = (retry_at IS NOT NULL)", name="opened_or_tried_again"),
        Index(
            None,
            "retry_at",
            postgresql_where=text("retry_at IS NOT NULL"),
            sqlite_where=text("retry_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, Identity(), primary_key=True)
    workflow: Mapped[str]
    schedule: Mapped[str]
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    period: Mapped[str]
    party: Mapped[str]
    opens_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    ticket_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("ticket.id", ondelete="RESTRICT"), unique=True)
    attempts: Mapped[int]
    retry_at: Mapped[dt.datetime | None]
    reasons: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
