"""What the whole language keeps: rows, answers, children, registers, files, occurrences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("entry", sa.Column("row", sa.Integer(), nullable=True))
    op.add_column("entry", sa.Column("answer", JSON, nullable=True))
    op.add_column("ticket", sa.Column("approval", JSON, nullable=True))
    op.add_column("entry", sa.Column("occurrence", JSON, nullable=True))
    op.add_column("ticket", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("ticket", sa.Column("due_at", INSTANT, nullable=True))
    op.add_column("entry", sa.Column("opened", JSON, nullable=True))
    op.add_column("entry", sa.Column("child", JSON, nullable=True))
    op.add_column("ticket", sa.Column("children", JSON, nullable=True))
    for name in ("parent_id", "root_id"):
        op.add_column("ticket", sa.Column(name, BIG, nullable=True))
        op.create_index(f"ix_ticket_{name}", "ticket", [name])
    _create_registers()
    _create_files()
    _create_occurrences()


def downgrade() -> None:
    for table in ("occurrence", "schedule", "attachment", "file", "register_change", "register_entry"):
        op.drop_table(table)
    op.drop_column("ticket", "due_at")
    op.drop_column("ticket", "due_on")
    op.drop_column("entry", "occurrence")
    for name in ("parent_id", "root_id"):
        op.drop_index(f"ix_ticket_{name}", "ticket")
        op.drop_column("ticket", name)
    op.drop_column("ticket", "children")
    op.drop_column("entry", "child")
    op.drop_column("entry", "opened")
    op.drop_column("ticket", "approval")
    op.drop_column("entry", "answer")
    op.drop_column("entry", "row")


def _create_occurrences() -> None:
    op.create_table(
        "schedule",
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_schedule_site_id_site", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("workflow", "name", "site_id", name="pk_schedule"),
    )
    op.create_table(
        "occurrence",
        sa.Column("id", BIG, sa.Identity(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("workflow", "schedule", "site_id", "period", "party")
        ),
        sa.Column("opens_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("ticket_id", BIG, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", INSTANT, nullable=True),
        sa.Column("reasons", JSON, nullable=True),
        sa.CheckConstraint(
            "(ticket_id IS NULL) = (retry_at IS NOT NULL)", name=op.f("ck_occurrence_opened_or_tried_again")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_occurrence_site_id_site", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_occurrence_ticket_id_ticket", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_occurrence"),
        sa.UniqueConstraint(
            "workflow",
            "schedule",
            "site_id",
            "period",
            "party",
            name="uq_occurrence_workflow_schedule_site_id_period_party",
        ),
        sa.UniqueConstraint("ticket_id", name="uq_occurrence_ticket_id"),
    )
    op.create_index(
        "ix_occurrence_retry_at",
        "occurrence",
        ["retry_at"],
        postgresql_where=sa.text("retry_at IS NOT NULL"),
        sqlite_where=sa.text("retry_at IS NOT NULL"),
    )


def _create_registers() -> None:
    written = (
        ("name", sa.Text(), False),
        ("name_en", sa.Text(), True),
        ("values", JSON, False),
        ("since", INSTANT, False),
        ("until", INSTANT, True),
    )
    op.create_table(
        "register_entry",
        sa.Column("id", BIG, sa.Identity(), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=True),
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in written),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("until > since", name=op.f("ck_register_entry_in_order")),
        sa.CheckConstraint("version > 0", name=op.f("ck_register_entry_version")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_register_entry_site_id_site", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_register_entry"),
    )
    for name, columns, where in (
        ("uq_register_entry_site", ["register", "key", "site_id"], "site_id IS NOT NULL"),
        ("uq_register_entry_everywhere", ["register", "key"], "site_id IS NULL"),
    ):
        op.create_index(
            name,
            "register_entry",
            columns,
            unique=True,
            postgresql_where=sa.text(where),
            sqlite_where=sa.text(where),
        )
    op.create_table(
        "register_change",
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Text(), nullable=True),
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in written),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["register_entry.id"],
            name="fk_register_change_entry_id_register_entry",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_register_change_by_id_person", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("entry_id", "version", name="pk_register_change"),
    )


def _create_files() -> None:
    op.create_table(
        "file",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by_id", sa.Text(), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_file_size")),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["person.id"], name="fk_file_uploaded_by_id_person", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_file"),
    )
    op.create_index("ix_file_uploaded_by_id_uploaded_at", "file", ["uploaded_by_id", "uploaded_at"])
    op.create_table(
        "attachment",
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", BIG, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name="fk_attachment_file_id_file", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_attachment_ticket_id_ticket", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("file_id", "ticket_id", "field", name="pk_attachment"),
    )
    op.create_index("ix_attachment_ticket_id", "attachment", ["ticket_id"])
