"""`duban backup`: a copy of an SQLite database while it is served."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.installation import settings, shown
from service.cli.speaking import Command, say


@click.command(
    cls=Command,
    says=(
        "Copy an SQLite database into FILE while it is served. PostgreSQL has pg_dump for that.",
        "在服务运行时把 SQLite 数据库复制到 FILE。PostgreSQL 请用 pg_dump。",
    ),
    examples=("duban backup /srv/backup/duban-monday.db",),
)
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    from service import backup as backing_up
    from service.sqlite_files import require_database, sqlite_file

    url = settings().database_url
    database = sqlite_file(url)
    if database is None:
        raise backing_up.needs_pg_dump()
    require_database(url)
    backing_up.copy(database, file)
    size = file.stat().st_size / 1_000_000
    click.echo(say(f"{shown(file)}: {size:.1f} MB, sound.", f"{shown(file)}：{size:.1f} MB，完整。"))
