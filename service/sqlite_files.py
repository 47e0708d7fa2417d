"""The file that an SQLite database is: where it lies, and whether it can be one."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL

from workflow.definition import Text


class DatabaseUnusable(Exception):
    """What the address names is no database and will not become one by waiting; `text` says why in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        self.text = Text(en, zh)
        super().__init__(en)


def sqlite_file(url: URL) -> Path | None:
    """The file that holds the database; None for PostgreSQL."""
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:" or url.query:
        raise ValueError(f"an SQLite database is a file, sqlite:////folder/name.db, and {url} is not")
    return Path(url.database)


def make_folder(file: Path) -> None:
    """The folder of an SQLite file, for its owner only; raises DatabaseUnusable where it cannot be made."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _cannot_be_opened(file, error) from error


def require_database(url: URL, *, may_be_missing: bool = False) -> None:
    """Raises DatabaseUnusable unless an SQLite file is a database, or missing where that will do; makes nothing.

    What a server of PostgreSQL has is found out when it is reached.
    """
    file = sqlite_file(url)
    if file is None:
        return
    if file.is_dir():
        raise DatabaseUnusable(
            f"{file} is a folder; name the file in it that is the database.",
            f"{file} 是文件夹；请写其中的数据库文件。",
        )
    try:
        with file.open("rb") as opened:
            beginning = opened.read(len(_SQLITE_BEGINNING))
    except (FileNotFoundError, NotADirectoryError) as error:
        if may_be_missing and isinstance(error, FileNotFoundError):
            return
        raise DatabaseUnusable(
            f"There is no database at {file}; `duban upgrade` makes one.",
            f"{file} 处没有数据库；用 duban upgrade 创建。",
        ) from error
    except OSError as error:
        raise _cannot_be_opened(file, error) from error
    if beginning not in (b"", _SQLITE_BEGINNING):
        raise DatabaseUnusable(
            f"{file} is a file, but no SQLite database.",
            f"{file} 不是 SQLite 数据库文件。",
        )


_SQLITE_BEGINNING = b"SQLite format 3\0"


def _cannot_be_opened(file: Path, error: OSError) -> DatabaseUnusable:
    why = error.strerror or str(error)
    return DatabaseUnusable(f"The database {file} cannot be opened: {why}.", f"无法打开数据库 {file}：{why}。")
