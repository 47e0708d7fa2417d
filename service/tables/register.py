"""The entries of registers, and every version that each has had."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.columns import BigInt, Json
from service.db import Base


class RegisterEntry(Base):
    """An entry of a register as it is now; without a site it is one of all sites. Nothing is deleted: tickets name it.

    It may be chosen from `since` until before `until`. `values` are those of its columns by name, stored as fields are.
    """

    __tablename__ = "register_entry"
    __table_args__ = (
        CheckConstraint("until > since", name="in_order"),
        CheckConstraint("version > 0", name="version"),
        Index(
            "uq_register_entry_site",
            "register",
            "key",
            "site_id",
            unique=True,
            postgresql_where=text("site_id IS NOT NULL"),
            sqlite_where=text("site_id IS NOT NULL"),
        ),
        Index(
            "uq_register_entry_everywhere",
            "register",
            "key",
            unique=True,
            postgresql_where=text("site_id IS NULL"),
            sqlite_where=text("site_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, Identity(), primary_key=True)
    register: Mapped[str]
    key: Mapped[str]
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    name: Mapped[str]
    name_en: Mapped[str | None]
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    since: Mapped[dt.datetime]
    until: Mapped[dt.datetime | None]
    version: Mapped[int]


class RegisterChange(Base):
    """One version of an entry as it was written, when, and by whom; no person: the command line."""

    __tablename__ = "register_change"

    entry_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("register_entry.id", ondelete="RESTRICT"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]
    by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    name: Mapped[str]
    name_en: Mapped[str | None]
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    since: Mapped[dt.datetime]
    until: Mapped[dt.datetime | None]
