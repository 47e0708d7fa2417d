"""What is said when something cannot be done: one sentence and an exit code instead of a traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from service.cli.speaking import say

PROBLEMS, USAGE = 1, 2
"""Exit codes: what was asked for cannot be, or not now; it was asked for in a way that means nothing here."""

_TOLD = (
    ("service.settings", "SettingsFaulty", USAGE),
    ("service.files", "FolderUnreadable", USAGE),
    ("service.account_faults", "NotKnown", USAGE),
    ("service.account_faults", "NameFaulty", USAGE),
    ("service.account_faults", "PlaceFaulty", USAGE),
    ("service.account_faults", "TimesFaulty", USAGE),
    ("service.account_faults", "AccountRefused", PROBLEMS),
    ("service.db", "DatabaseUnavailable", PROBLEMS),
    ("service.sqlite_files", "DatabaseUnusable", PROBLEMS),
    ("service.migrations", "SchemaNotCurrent", PROBLEMS),
    ("service.backup", "BackupRefused", PROBLEMS),
    ("service.single", "AlreadyServed", PROBLEMS),
    ("service.single", "NeedsPostgreSQL", PROBLEMS),
    ("service.serving", "HostUnknown", USAGE),
    ("service.serving", "CannotListen", PROBLEMS),
    ("service.carrying", "PublishedMeanwhile", PROBLEMS),
    ("service.revisions", "NothingPublished", PROBLEMS),
    ("service.revisions", "RevisionUnreadable", PROBLEMS),
    ("service.records", "TicketUnreadable", PROBLEMS),
)
"""The errors whose own words can be shown: module, class and exit code, the first that fits. They are not imported for
it: an error that was raised comes from a module that is there."""


class Faulty(click.ClickException):
    """Ends a command with a sentence."""

    def __init__(self, message: str, exit_code: int = PROBLEMS) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]
        self.heading = say("Error: ", "错误：")  # where it is shown, nobody knows the language of the call any more

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.heading + self.message, file=file, err=file is None)


@contextmanager
def told() -> Iterator[None]:
    """Turns errors that a person can do something about into Faulty."""
    try:
        yield
    except Exception as error:
        for module, name, exit_code in _TOLD:
            kind = getattr(sys.modules.get(module), name, None)
            if kind is not None and isinstance(error, kind):
                raise Faulty(_words(error), exit_code) from error
        raise


def _words(error: Exception) -> str:
    """What the error says, in the language of this call where it has both."""
    text = getattr(error, "text", None)
    if text is not None:
        return say(text.en, text.read("zh"))
    kind = type(error).__name__
    return say(str(error), _CHINESE[kind]) if kind in _CHINESE else str(error)


_CHINESE = {
    "SchemaNotCurrent": (
        "数据库结构与本版本的 Duban 不一致：较旧或为空时请运行 duban upgrade；较新时请使用新版本的 Duban。"
    ),
    "AlreadyServed": "该数据库已由另一个进程提供服务。SQLite 只能有一个服务进程：请先停止它，或改用 PostgreSQL。",
}
"""What is said in Chinese of errors that speak English only."""
