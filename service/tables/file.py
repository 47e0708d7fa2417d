"""Uploaded files, and which tickets name them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from service.columns import BigInt
from service.db import Base


class File(Base):
    """A file as somebody uploaded it; `name` and `media_type` are what he said of it, made safe. It never changes.

    The id is derived from person, name, media type and digest, so that sending a file again adds nothing.
    """

    __tablename__ = "file"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size"),
        Index(None, "uploaded_by_id", "uploaded_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_by_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    uploaded_at: Mapped[dt.datetime]


class Attachment(Base):
    """That a ticket names a file in a field (`list.column` for a column), now or earlier in its history."""

    __tablename__ = "attachment"
    __table_args__ = (Index(None, "ticket_id"),)

    file_id: Mapped[str] = mapped_column(ForeignKey("file.id", ondelete="RESTRICT"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigInt, ForeignKey("ticket.id", ondelete="RESTRICT"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
