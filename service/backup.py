"""A copy of an SQLite database while it is served: as it stood at one moment, whole, and nobody waits for it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from workflow.definition import Text


class BackupRefused(Exception):
    """There is no copy; `text` says why in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        self.text = Text(en, zh)
        super().__init__(en)


def needs_pg_dump() -> BackupRefused:
    """What is said of PostgreSQL, which brings its own tools for it."""
    return BackupRefused(
        "PostgreSQL is backed up with its own tools: `pg_dump --format=custom --file=FILE`; deploy/README.md has more.",
        "PostgreSQL 请用自带的工具备份：pg_dump --format=custom --file=FILE；详见 deploy/README.zh.md。",
    )


def copy(database: Path, to: Path) -> None:
    """Copy the database into a new file, for its owner only, which is there only once it is whole and sound.

    Raises BackupRefused if there is such a file already, or the copy is not sound.
    """
    part = to.with_name(f"{to.name}.part")
    if to.exists():
        raise BackupRefused(f"{to} is there already; a backup replaces none.", f"{to} 已存在；备份不会覆盖已有文件。")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        address = f"{database.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as source, closing(sqlite3.connect(part)) as copied:
            source.backup(copied)  # all pages in one step: a writer beside it would make it begin again for ever
            copied.execute("PRAGMA journal_mode=DELETE").close()  # one file, and none beside it
            (sound,) = copied.execute("PRAGMA integrity_check").fetchone()
        if sound != "ok":
            raise BackupRefused(f"The copy is not sound: {sound}", f"副本不完整：{sound}")
        _to_disk(part)
        part.rename(to)
        _to_disk(to.parent)
    except OSError as error:
        why = error.strerror or str(error)
        raise BackupRefused(f"{to} cannot be written: {why}.", f"无法写入 {to}：{why}。") from error
    except sqlite3.Error as error:
        raise BackupRefused(f"The database cannot be copied: {error}.", f"无法复制数据库：{error}。") from error
    finally:
        part.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
