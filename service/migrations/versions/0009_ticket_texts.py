"""What a search looks through, kept by the database itself: programs that know nothing of it write it, too.

The table is filled before the triggers are there, and what was written meanwhile is made up for, so that on PostgreSQL
nobody who writes tickets waits for longer than that takes.
"""

from __future__ import annotations

import string

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

works_with = "0008"


def upgrade() -> None:
    op.create_table(
        "ticket_text",
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_ticket_text"),
    )
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(sa.text(statement))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER ticket_text_changed ON ticket")
        op.execute("DROP TRIGGER ticket_text_added ON ticket")
        op.execute("DROP FUNCTION duban_keep_text")
    else:
        op.execute("DROP TRIGGER ticket_text_changed")
        op.execute("DROP TRIGGER ticket_text_added")
    op.drop_table("ticket_text")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION duban_pieces")


_UPPER, _LOWER = string.ascii_uppercase, string.ascii_lowercase

# No other letters: what they are is another thing on every server, and the same text must always give the same pieces.
_TEXT_POSTGRESQL = f"translate({{0}}number || chr(10) || {{0}}title || chr(10) || {{0}}place, '{_UPPER}', '{_LOWER}')"
_TEXT_SQLITE = "lower({0}number || char(10) || {0}title || char(10) || {0}place)"
_DIFFERS = "OLD.title IS {0} NEW.title OR OLD.place IS {0} NEW.place OR OLD.number IS {0} NEW.number"

_POSTGRESQL = (
    # Three characters from every place on, fewer at the end: so that one or two are found, too, as how a piece begins.
    # No key of an index may be of any size, and nobody types as much into a title.
    """
    CREATE FUNCTION duban_pieces(whole text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
    RETURN array_to_tsvector(
        ARRAY(SELECT substr(whole, place, 3) FROM generate_series(1, least(length(whole), 10000)) AS place)
    )
    """,
    f"INSERT INTO ticket_text (ticket_id, text) SELECT id, {_TEXT_POSTGRESQL.format('')} FROM ticket",  # noqa: S608
    # What is new waits in a list of so many kB at the most, until it is sorted in with others: every search reads it.
    """
    CREATE INDEX ix_ticket_text_pieces ON ticket_text USING gin (duban_pieces(text)) WITH (gin_pending_list_limit = 256)
    """,
    f"""
    CREATE FUNCTION duban_keep_text() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO ticket_text (ticket_id, text) VALUES (NEW.id, {_TEXT_POSTGRESQL.format("NEW.")})
        ON CONFLICT (ticket_id) DO UPDATE SET text = excluded.text;
        RETURN NULL;
    END
    $$
    """,  # noqa: S608
    """
    CREATE TRIGGER ticket_text_added AFTER INSERT ON ticket FOR EACH ROW EXECUTE FUNCTION duban_keep_text()
    """,
    f"""
    CREATE TRIGGER ticket_text_changed AFTER UPDATE OF number, title, place ON ticket
    FOR EACH ROW WHEN ({_DIFFERS.format("DISTINCT FROM")}) EXECUTE FUNCTION duban_keep_text()
    """,
    f"""
    INSERT INTO ticket_text (ticket_id, text)
    SELECT id, {_TEXT_POSTGRESQL.format("it.")} FROM ticket AS it LEFT JOIN ticket_text ON ticket_id = id
    WHERE text IS DISTINCT FROM {_TEXT_POSTGRESQL.format("it.")}
    ON CONFLICT (ticket_id) DO UPDATE SET text = excluded.text
    """,  # noqa: S608
)

_KEEP_SQLITE = f"""
    INSERT INTO ticket_text (ticket_id, text) VALUES (NEW.id, {_TEXT_SQLITE.format("NEW.")})
    ON CONFLICT (ticket_id) DO UPDATE SET text = excluded.text;
"""  # noqa: S608

_SQLITE = (
    f"INSERT INTO ticket_text (ticket_id, text) SELECT id, {_TEXT_SQLITE.format('')} FROM ticket",  # noqa: S608
    f"""
    CREATE TRIGGER ticket_text_added AFTER INSERT ON ticket BEGIN
        {_KEEP_SQLITE}
    END
    """,
    f"""
    CREATE TRIGGER ticket_text_changed AFTER UPDATE OF number, title, place ON ticket
    WHEN {_DIFFERS.format("NOT")} BEGIN
        {_KEEP_SQLITE}
    END
    """,
)
