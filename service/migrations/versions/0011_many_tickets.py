"""Indexes by which lists, the inbox and counts cost the same among many tickets; and counts that are taken beforehand.

A ticket without kin is in no index of kin any more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

works_with = "0008"


def upgrade() -> None:
    _index("ix_ticket_open", "ticket", ["workflow", "revision"], "ended_at IS NULL")
    _index("ix_ticket_ended", "ticket", ["id"], "ended_at IS NOT NULL")
    for column in ("parent_id", "root_id"):
        op.drop_index(f"ix_ticket_{column}", "ticket")
        _index(f"ix_ticket_{column}", "ticket", [column], f"{column} IS NOT NULL")
    _index("ix_notice_person_id_unread", "notice", ["person_id", "created_at", "id"], "read_at IS NULL")
    op.drop_index("ix_notice_unread", "notice")
    op.create_index("ix_notice_person_id_created_at_id", "notice", ["person_id", "created_at", "id"])
    op.drop_index("ix_notice_person_id_created_at", "notice")
    op.create_table(
        "counted",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counted"),
    )


def downgrade() -> None:
    op.drop_table("counted")
    op.create_index("ix_notice_person_id_created_at", "notice", ["person_id", "created_at"])
    op.drop_index("ix_notice_person_id_created_at_id", "notice")
    _index("ix_notice_unread", "notice", ["person_id"], "read_at IS NULL")
    op.drop_index("ix_notice_person_id_unread", "notice")
    for column in ("parent_id", "root_id"):
        op.drop_index(f"ix_ticket_{column}", "ticket")
        op.create_index(f"ix_ticket_{column}", "ticket", [column])
    op.drop_index("ix_ticket_ended", "ticket")
    op.drop_index("ix_ticket_open", "ticket")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))
