"""An index by which the newest ticket is found that says something: of texts, what they begin with."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

works_with = "0008"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            """
            CREATE INDEX ix_field_value_said ON field_value (field, left(value::text, 64), ticket_id)
            WHERE current AND left(value::text, 1) = '"'
            """
        )
    else:
        op.execute(
            """
            CREATE INDEX ix_field_value_said ON field_value (field, substr(value, 1, 64), ticket_id)
            WHERE current AND substr(value, 1, 1) = '"'
            """
        )


def downgrade() -> None:
    op.drop_index("ix_field_value_said", "field_value")
