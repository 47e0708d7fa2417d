"""Sites and their departments: where tickets happen."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base


class Site(Base):
    """A shopping centre or another place that is managed.

    `number_prefix` begins the numbers of its tickets (KF in KF-2026-00123). `calendar` names the calendar that replaces
    the one of each definition; without it the definition's own holds.
    """

    __tablename__ = "site"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    number_prefix: Mapped[str] = mapped_column(unique=True)
    calendar: Mapped[str | None]


class Department(Base):
    """A department of one site; `name` is the word definitions use. One that is not active is given nothing new."""

    __tablename__ = "department"

    site_id: Mapped[str] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    active: Mapped[bool]
