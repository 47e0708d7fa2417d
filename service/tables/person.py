"""People: members of staff, who move tickets and are told."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base


class Person(Base):
    """A member of staff; `id` is a short name in lower case that never changes.

    Who has left is not active and stays, because history names them. The deputy acts from `away_from` until before
    `away_until`; a person without either is not away.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("id <> 'clock'", name="not_the_clock"),
        CheckConstraint("deputy_id <> id", name="deputy_is_another"),
        CheckConstraint("away_until > away_from", name="away_in_order"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    active: Mapped[bool]
    deputy_id: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    away_from: Mapped[dt.datetime | None]
    away_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
