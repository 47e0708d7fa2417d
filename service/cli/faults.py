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
    ("service.migrations", "SchemaNotCurrent", PROBLEMS),
    ("service.single", "AlreadyServed", PROBLEMS),
    ("service.serving", "PortTaken", PROBLEMS),
    ("service.revisions", "NothingPublished", PROBLEMS),
    ("service.revisions", "RevisionUnreadable", PROBLEMS),
)
"""The errors whose own words can be shown: module, class and exit code, the first that fits. They are not imported for
it: an error that was raised comes from a module that is there."""


class Faulty(click.ClickException):
    """Ends a command with a sentence."""

    def __init__(self, message: str, exit_code: int = PROBLEMS) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(say("Error: ", "错误：") + self.message, file=file, err=file is None)


@contextmanager
def told() -> Iterator[None]:
    """Turns errors that a person can do something about into Faulty."""
    try:
        yield
    except Exception as error:
        for module, name, exit_code in _TOLD:
            kind = getattr(sys.modules.get(module), name, None)
            if kind is not None and isinstance(error, kind):
                raise Faulty(str(error), exit_code) from error
        raise
