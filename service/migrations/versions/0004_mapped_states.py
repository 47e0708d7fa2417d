"""Which states of an earlier revision stand for which of a newer one, in the entry that carries a ticket over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("entry", sa.Column("mapped", JSON, nullable=True))


def downgrade() -> None:
    op.drop_column("entry", "mapped")
