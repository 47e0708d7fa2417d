"""What a search looks through."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from service.columns import BigInt
from service.db import Base


class TicketText(Base):
    """A ticket's number, title and place, one below the other, A to Z in small letters.

    Triggers keep it, which change a row only when one of the three changes: no program writes it, and a move costs
    nothing for it. On PostgreSQL an index has the pieces of three characters. It has no foreign key, as adding one
    holds up everybody who writes tickets; no ticket is ever deleted.
    """

    __tablename__ = "ticket_text"

    ticket_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    text: Mapped[str]
