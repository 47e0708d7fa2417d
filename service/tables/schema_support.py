"""Which versions of Duban may work on the schema."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base


class SchemaSupport(Base):
    """One row: programs written for the revision `oldest`, or a later one, may go on with the schema as it is."""

    __tablename__ = "schema_support"

    oldest: Mapped[str] = mapped_column(primary_key=True)
