"""The first schema: people and sites, publications, tickets with their history, clocks and notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Written out and not imported: what the service calls an instant tomorrow must not change what this revision did.
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("deputy_id", sa.Text(), nullable=True),
        sa.Column("away_from", INSTANT, nullable=True),
        sa.Column("away_until", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("id <> 'clock'", name=op.f("ck_person_not_the_clock")),
        sa.CheckConstraint("away_until > away_from", name=op.f("ck_person_away_in_order")),
        sa.CheckConstraint("deputy_id <> id", name=op.f("ck_person_deputy_is_another")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name="fk_person_deputy_id_person", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )

    op.create_table(
        "site",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("number_prefix", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
        sa.UniqueConstraint("number_prefix", name="uq_site_number_prefix"),
    )

    op.create_table(
        "department",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_department_site_id_site", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("site_id", "name", name="pk_department"),
    )

    op.create_table(
        "idempotency",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_digest", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", JSON, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_idempotency_person_id_person", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("person_id", "route", "key", name="pk_idempotency"),
    )

    op.create_table(
        "publication",
        sa.Column("id", BIG, sa.Identity(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_publication_by_id_person", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_publication"),
    )

    op.create_table(
        "ticket_number",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_ticket_number_site_id_site", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("site_id", "year", name="pk_ticket_number"),
    )

    op.create_table(
        "token",
        sa.Column("id", BIG, sa.Identity(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_token_person_id_person", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_token"),
        sa.UniqueConstraint("digest", name="uq_token_digest"),
    )
    op.create_index("ix_token_person_id", "token", ["person_id"], unique=False)

    op.create_table(
        "calendar_revision",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("expanded", JSON, nullable=False),
        sa.Column("first_publication_id", BIG, nullable=False),
        sa.Column("latest_publication_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["first_publication_id"],
            ["publication.id"],
            name="fk_calendar_revision_first_publication_id_publication",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["latest_publication_id"],
            ["publication.id"],
            name="fk_calendar_revision_latest_publication_id_publication",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("hash", name="pk_calendar_revision"),
    )
    op.create_index(
        "ix_calendar_revision_name_latest_publication_id",
        "calendar_revision",
        ["name", "latest_publication_id"],
        unique=False,
    )

    op.create_table(
        "revision",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("first_publication_id", BIG, nullable=False),
        sa.Column("latest_publication_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["first_publication_id"],
            ["publication.id"],
            name="fk_revision_first_publication_id_publication",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["latest_publication_id"],
            ["publication.id"],
            name="fk_revision_latest_publication_id_publication",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("hash", name="pk_revision"),
    )
    op.create_index(
        "ix_revision_workflow_latest_publication_id", "revision", ["workflow", "latest_publication_id"], unique=False
    )

    op.create_table(
        "role_holding",
        sa.Column("id", BIG, sa.Identity(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=True),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=True),
        sa.CheckConstraint(
            "department IS NULL OR site_id IS NOT NULL", name=op.f("ck_role_holding_department_of_a_site")
        ),
        sa.CheckConstraint("until > since", name=op.f("ck_role_holding_in_order")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_role_holding_person_id_person", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "department"],
            ["department.site_id", "department.name"],
            name="fk_role_holding_site_id_department_department",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_role_holding_site_id_site", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_role_holding"),
    )
    op.create_index("ix_role_holding_person_id", "role_holding", ["person_id"], unique=False)
    op.create_index("ix_role_holding_site_id_role", "role_holding", ["site_id", "role"], unique=False)

    op.create_table(
        "source_file",
        sa.Column("publication_id", BIG, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name="fk_source_file_publication_id_publication",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("publication_id", "path", name="pk_source_file"),
    )

    op.create_table(
        "ticket",
        sa.Column("id", BIG, sa.Identity(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("calendar_revision", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("requester", sa.Text(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("accountable", sa.Text(), nullable=False),
        sa.Column("receiver_id", sa.Text(), nullable=True),
        sa.Column("assignee_id", sa.Text(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("made", JSON, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("next_due_at", INSTANT, nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("set_aside_until", INSTANT, nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.CheckConstraint("priority IN ('low', 'normal', 'high', 'urgent')", name=op.f("ck_ticket_priority")),
        sa.CheckConstraint("ended_at IS NULL OR next_due_at IS NULL", name=op.f("ck_ticket_nothing_due_after_the_end")),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["person.id"], name="fk_ticket_assignee_id_person", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["calendar_revision"],
            ["calendar_revision.hash"],
            name="fk_ticket_calendar_revision_calendar_revision",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["person.id"], name="fk_ticket_receiver_id_person", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["revision"], ["revision.hash"], name="fk_ticket_revision_revision", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_ticket_site_id_site", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_ticket"),
        sa.UniqueConstraint("number", name="uq_ticket_number"),
    )
    op.create_index("ix_ticket_assignee_id", "ticket", ["assignee_id"], unique=False)
    op.create_index(
        "ix_ticket_next_due_at",
        "ticket",
        ["next_due_at"],
        unique=False,
        postgresql_where=sa.text("next_due_at IS NOT NULL"),
        sqlite_where=sa.text("next_due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_ticket_provisional",
        "ticket",
        ["provisional"],
        unique=False,
        postgresql_where=sa.text("provisional"),
        sqlite_where=sa.text("provisional"),
    )
    op.create_index("ix_ticket_site_id_state", "ticket", ["site_id", "state"], unique=False)
    op.create_index("ix_ticket_workflow_state", "ticket", ["workflow", "state"], unique=False)

    op.create_table(
        "clock",
        sa.Column("ticket_id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("spans", JSON, nullable=False),
        sa.Column("limit_at", INSTANT, nullable=True),
        sa.Column("late_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("fired", JSON, nullable=False),
        sa.Column("extended", BIG, nullable=False),
        sa.CheckConstraint("kind IN ('deadline', 'reminder')", name=op.f("ck_clock_kind")),
        sa.CheckConstraint("outcome IN ('met', 'dropped')", name=op.f("ck_clock_outcome")),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_clock_ended_with_an_outcome")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_clock_ticket_id_ticket", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("ticket_id", "kind", "name", "run", name="pk_clock"),
    )

    op.create_table(
        "entry",
        sa.Column("id", BIG, sa.Identity(), nullable=False),
        sa.Column("ticket_id", BIG, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("actor_id", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("entered", sa.Boolean(), nullable=False),
        sa.Column("ends", sa.Boolean(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("calendar_revision", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("timer_kind", sa.Text(), nullable=True),
        sa.Column("timer_name", sa.Text(), nullable=True),
        sa.Column("run", sa.Integer(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("limit_at", INSTANT, nullable=True),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("filled", JSON, nullable=False),
        sa.Column("set", JSON, nullable=False),
        sa.Column("told", JSON, nullable=False),
        sa.Column("reasons", JSON, nullable=True),
        sa.Column("extension", JSON, nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.CheckConstraint("timer_kind IN ('deadline', 'reminder')", name=op.f("ck_entry_timer_kind")),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_entry_sequence")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name="fk_entry_actor_id_person", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["calendar_revision"],
            ["calendar_revision.hash"],
            name="fk_entry_calendar_revision_calendar_revision",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["revision"], ["revision.hash"], name="fk_entry_revision_revision", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_entry_ticket_id_ticket", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sa.UniqueConstraint("ticket_id", "sequence", name="uq_entry_ticket_id_sequence"),
    )
    op.create_index("ix_entry_actor_id", "entry", ["actor_id"], unique=False)
    op.create_index("ix_entry_recorded_at", "entry", ["recorded_at"], unique=False)

    op.create_table(
        "timer",
        sa.Column("ticket_id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('deadline', 'reminder')", name=op.f("ck_timer_kind")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_timer_ticket_id_ticket", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("ticket_id", "kind", "name", "run", "level", name="pk_timer"),
    )

    op.create_table(
        "field_value",
        sa.Column("ticket_id", BIG, autoincrement=False, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", JSON, nullable=True),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id", "sequence"],
            ["entry.ticket_id", "entry.sequence"],
            name="fk_field_value_ticket_id_sequence_entry",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("ticket_id", "field", "sequence", name="pk_field_value"),
    )
    op.create_index(
        "uq_field_value_current",
        "field_value",
        ["ticket_id", "field"],
        unique=True,
        postgresql_where=sa.text("current"),
        sqlite_where=sa.text("current"),
    )

    op.create_table(
        "notice",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("ticket_id", BIG, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("items", JSON, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", INSTANT, nullable=True),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("failed_at", INSTANT, nullable=True),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_notice_person_id_person", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["ticket_id", "sequence"],
            ["entry.ticket_id", "entry.sequence"],
            name="fk_notice_ticket_id_sequence_entry",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index(
        "ix_notice_next_attempt_at",
        "notice",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
    )
    op.create_index("ix_notice_person_id_created_at", "notice", ["person_id", "created_at"], unique=False)
    op.create_index("ix_notice_ticket_id_sequence", "notice", ["ticket_id", "sequence"], unique=False)
    op.create_index(
        "ix_notice_unread",
        "notice",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL"),
        sqlite_where=sa.text("read_at IS NULL"),
    )


def downgrade() -> None:
    for table in (
        "notice",
        "field_value",
        "timer",
        "entry",
        "clock",
        "ticket",
        "source_file",
        "role_holding",
        "revision",
        "calendar_revision",
        "token",
        "ticket_number",
        "publication",
        "idempotency",
        "department",
        "site",
        "person",
    ):
        op.drop_table(table)
