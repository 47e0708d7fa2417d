"""Who may work on the schema: so that a newer one can be made while older programs still run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

works_with = "0008"


def upgrade() -> None:
    op.create_table(
        "schema_support",
        sa.Column("oldest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("oldest", name="pk_schema_support"),
    )


def downgrade() -> None:
    op.drop_table("schema_support")
