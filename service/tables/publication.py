"""What was published when: the author's text, and the revisions that tickets are pinned to."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.columns import BigInt, Json
from service.db import Base


class Publication(Base):
    """One publishing of the whole catalogue; by nobody if the command line did it."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(BigInt, Identity(), primary_key=True)
    published_at: Mapped[dt.datetime]
    by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    note: Mapped[str | None]


class SourceFile(Base):
    """One file of a publication, letter by letter as its author wrote it."""

    __tablename__ = "source_file"

    publication_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("publication.id", ondelete="RESTRICT"), primary_key=True
    )
    path: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]


class Revision(Base):
    """One published behaviour of a definition, by its hash; the text of its latest publication is the one shown."""

    __tablename__ = "revision"
    __table_args__ = (Index(None, "workflow", "latest_publication_id"),)

    hash: Mapped[str] = mapped_column(primary_key=True)
    workflow: Mapped[str]
    first_publication_id: Mapped[int] = mapped_column(BigInt, ForeignKey("publication.id", ondelete="RESTRICT"))
    latest_publication_id: Mapped[int] = mapped_column(BigInt, ForeignKey("publication.id", ondelete="RESTRICT"))


class CalendarRevision(Base):
    """One calendar as it was published, by the hash of its expanded days, which need no holiday package any more."""

    __tablename__ = "calendar_revision"
    __table_args__ = (Index(None, "name", "latest_publication_id"),)

    hash: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    expanded: Mapped[dict[str, Any]] = mapped_column(Json)
    first_publication_id: Mapped[int] = mapped_column(BigInt, ForeignKey("publication.id", ondelete="RESTRICT"))
    latest_publication_id: Mapped[int] = mapped_column(BigInt, ForeignKey("publication.id", ondelete="RESTRICT"))
