"""Indexes by which lists find the few among many tickets: those that are late, and those that somebody has opened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LATE = sa.text("late_at IS NOT NULL AND ended_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_clock_late", "clock", ["ticket_id"], postgresql_where=LATE, sqlite_where=LATE)
    op.create_index("ix_ticket_receiver_id", "ticket", ["receiver_id"])


def downgrade() -> None:
    op.drop_index("ix_ticket_receiver_id", "ticket")
    op.drop_index("ix_clock_late", "clock")
