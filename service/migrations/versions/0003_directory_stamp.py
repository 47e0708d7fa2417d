"""A stamp by which a process knows whether the directory is still as it has read it."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    stamps = op.create_table(
        "directory_stamp",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_directory_stamp"),
        sa.CheckConstraint("id = 1", name="one_row"),
    )
    op.bulk_insert(stamps, [{"id": 1, "stamp": secrets.token_hex(16)}])


def downgrade() -> None:
    op.drop_table("directory_stamp")
