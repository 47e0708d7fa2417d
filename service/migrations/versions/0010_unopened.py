"""Notices of no ticket: that a recurring one could not be opened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

works_with = "0008"


def upgrade() -> None:
    _may_be_empty(True)


def downgrade() -> None:
    op.execute("DELETE FROM notice WHERE ticket_id IS NULL")
    _may_be_empty(False)


def _may_be_empty(empty: bool) -> None:
    with op.batch_alter_table("notice") as notice:
        notice.alter_column("ticket_id", existing_type=sa.BigInteger(), nullable=empty)
        notice.alter_column("sequence", existing_type=sa.Integer(), nullable=empty)
