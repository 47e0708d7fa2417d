"""The history of tickets: entries, which never change, and the field values that they name, which can be erased."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.columns import BigInt, Json
from service.db import Base


class Entry(Base):
    """What happened to a ticket: a move, a level, a reminder, a refusal of the clock's move, another revision.

    It counts `at` and was written down at `recorded_at`; for what a timer did, `at` is `due_at`. No actor: the clock.
    `timer_kind`, `timer_name`, `run` and `level` say which timer it was, `limit_at` the limit that stood then.
    `workflow`, both revisions and `version` are those that hold after it.

    filled     per field that it filled: {"field", "sequence" of the field value (its own), "digest"}; no values
    set        the built-ins that it set
    told       the evidence: per person that was told, who, why and about what
    row        the row of a list that a move was about, from 1
    answer     what an approver's move said: {"step", "granted", "rows"}
    opened     the child tickets that it opened: [{"number", "workflow"}]
    child      how a child ended, whose number is the `name`
    repaired   what was stored otherwise than the history says: [{"what", "name", "column", "before", "after"}]
    mapped     the states of an earlier revision that are gone, with those that stand for them: {"waiting": "held"}
    reasons    the blockers of a refusal
    extension  amount, reason, approver
    """

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("ticket_id", "sequence"),
        CheckConstraint("timer_kind IN ('deadline', 'reminder')", name="timer_kind"),
        CheckConstraint("sequence > 0", name="sequence"),
        Index(None, "actor_id"),
        Index(None, "recorded_at"),
    )

    id: Mapped[int] = mapped_column(BigInt, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigInt, ForeignKey("ticket.id", ondelete="RESTRICT"))
    sequence: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    at: Mapped[dt.datetime]
    recorded_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime | None]
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    source: Mapped[str | None]
    target: Mapped[str | None]
    entered: Mapped[bool]
    ends: Mapped[bool]
    workflow: Mapped[str]
    revision: Mapped[str] = mapped_column(ForeignKey("revision.hash", ondelete="RESTRICT"))
    calendar_revision: Mapped[str] = mapped_column(ForeignKey("calendar_revision.hash", ondelete="RESTRICT"))
    version: Mapped[int]
    timer_kind: Mapped[str | None]
    timer_name: Mapped[str | None]
    run: Mapped[int | None]
    level: Mapped[str | None]
    limit_at: Mapped[dt.datetime | None]
    skipped: Mapped[int]
    filled: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    set: Mapped[dict[str, Any]] = mapped_column(Json)
    told: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    row: Mapped[int | None]
    answer: Mapped[dict[str, Any] | None] = mapped_column(Json)
    opened: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    child: Mapped[dict[str, Any] | None] = mapped_column(Json)
    reasons: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    extension: Mapped[dict[str, Any] | None] = mapped_column(Json)
    occurrence: Mapped[dict[str, Any] | None] = mapped_column(Json)
    mapped: Mapped[dict[str, str] | None] = mapped_column(Json)
    repaired: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    request_id: Mapped[str | None]


class FieldValue(Base):
    """A value that one entry gave a field; the latest of each field is `current`.

    Erasing empties `value` and sets `erased_at`; the entry stays as it was: all that it holds is a digest with `salt`.
    A value that is empty without having been erased is a field that was cleared.
    """

    __tablename__ = "field_value"
    __table_args__ = (
        ForeignKeyConstraint(["ticket_id", "sequence"], ["entry.ticket_id", "entry.sequence"], ondelete="RESTRICT"),
        Index(
            "uq_field_value_current",
            "ticket_id",
            "field",
            unique=True,
            postgresql_where=text("current"),
            sqlite_where=text("current"),
        ),
    )

    ticket_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[Any] = mapped_column(Json, nullable=True)
    salt: Mapped[str]
    current: Mapped[bool]
    erased_at: Mapped[dt.datetime | None]
