"""Whether the directory is still as somebody has read it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base


class DirectoryStamp(Base):
    """One row, drawn anew by whatever changes people, roles, sites or departments, in the transaction that does.

    Drawn and not counted: after a backup was restored, a count would come to the same figures again for others.
    """

    __tablename__ = "directory_stamp"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stamp: Mapped[str]
