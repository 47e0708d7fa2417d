"""Answers that were given, so that a request sent twice is carried out once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.columns import Json
from service.db import Base


class Idempotency(Base):
    """The answer to a request that came with an Idempotency-Key; written in the transaction of what it did."""

    __tablename__ = "idempotency"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_digest: Mapped[str]
    status: Mapped[int]
    body: Mapped[Any] = mapped_column(Json, nullable=True)
    created_at: Mapped[dt.datetime]
