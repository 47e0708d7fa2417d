"""The version after this one, as far as the schema goes: one revision more, which only expands what is there.

There is no newer program to try, and an older one is not in a release. What both rest on is the promise that
`works_with` gives: a program goes on while a newer schema that names it is made and filled. That is tried with this
program as the older one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from alembic.config import Config
from sqlalchemy import Connection

from service import migrations

REVISION = "9999"

_EXPANSION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{revision}", "{before}", None, None
works_with = "{before}"


def upgrade():
    op.create_table(
        "weather",
        sa.Column("id", sa.Integer(), sa.Identity(), primary_key=True),
        sa.Column("ticket_id", sa.BigInteger(), sa.ForeignKey("ticket.id"), nullable=True),
    )
    op.add_column("ticket", sa.Column("weather", sa.Text(), nullable=True))
    op.add_column("entry", sa.Column("weather", sa.Text(), nullable=True))
    op.add_column("timer", sa.Column("weather", sa.Text(), nullable=True))
    op.create_index("ix_ticket_weather", "ticket", ["weather", "site_id"])
    op.execute("UPDATE ticket SET weather = 'fine'")


def downgrade():
    pass
"""


def write_expansion(folder: Path) -> None:
    """Put the revision into a folder."""
    folder.mkdir(exist_ok=True)
    (folder / f"{REVISION}_weather.py").write_text(_EXPANSION.format(revision=REVISION, before=migrations.head()))


@contextmanager
def newer(folder: Path) -> Iterator[None]:
    """Inside the block the schema's history has the revision of that folder, too."""
    present = migrations._config

    def config(connection: Connection | None = None) -> Config:
        found = present(connection)
        found.set_main_option("path_separator", "newline")
        shipped = Path(migrations.__file__).parent / "versions"
        found.set_main_option("version_locations", f"{shipped}\n{folder}")
        return found

    with patch.object(migrations, "_config", config):
        yield
