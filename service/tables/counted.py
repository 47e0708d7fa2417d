"""Counts that take long, as they were last taken."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from service.columns import BigInt
from service.db import Base


class Counted(Base):
    """How many there are of something, counted at `at` by a scheduler; whoever is asked for it counts nothing."""

    __tablename__ = "counted"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInt)
    at: Mapped[dt.datetime]
