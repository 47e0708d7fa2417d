"""Bearer tokens: how a program or a person signs in."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.columns import BigInt
from service.db import Base


class Token(Base):
    """A token of a person, of which only the SHA-256 (`digest`, in hex) is kept: what was never stored cannot leak.

    No salt and no slow hash: the token is 256 random bits, not a password that can be guessed.
    """

    __tablename__ = "token"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[int] = mapped_column(BigInt, Identity(), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    digest: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime | None]
    withdrawn_at: Mapped[dt.datetime | None]
