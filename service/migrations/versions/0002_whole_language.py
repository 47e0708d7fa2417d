"""What the whole language keeps: rows, answers, children, registers, files, occurrences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entry", sa.Column("row", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("entry", "row")
