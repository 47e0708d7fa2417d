"""Indexes of the few: tickets that are set aside, and notices that could not be delivered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FEW = (("ticket", "set_aside_until"), ("notice", "failed_at"))


def upgrade() -> None:
    for table, column in FEW:
        few = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}", table, [column], postgresql_where=few, sqlite_where=few)


def downgrade() -> None:
    for table, column in FEW:
        op.drop_index(f"ix_{table}_{column}", table)
