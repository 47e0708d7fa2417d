"""Who holds which role, where and from when until when."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.columns import BigInt
from service.db import Base


class RoleHolding(Base):
    """That a person holds a role: for the whole group (no site), for a site, or for a department of a site.

    Held from `since` until before `until`; one that has ended stays, so that history can be explained.
    """

    __tablename__ = "role_holding"
    __table_args__ = (
        ForeignKeyConstraint(["site_id", "department"], ["department.site_id", "department.name"], ondelete="RESTRICT"),
        CheckConstraint("department IS NULL OR site_id IS NOT NULL", name="department_of_a_site"),
        CheckConstraint("until > since", name="in_order"),
        Index(None, "site_id", "role"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(BigInt, Identity(), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    role: Mapped[str]
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    department: Mapped[str | None]
    since: Mapped[dt.datetime]
    until: Mapped[dt.datetime | None]
