"""Calls of `duban` in this process, by somebody whose surroundings say nothing but his language."""

from __future__ import annotations

import os
from collections.abc import Callable

from click.testing import CliRunner, Result
from sqlalchemy.engine import URL

from service.cli import main

Duban = Callable[..., Result]


def duban(*arguments: str, typed: str | bytes = "", **environ: str) -> Result:
    """What a command says, in English unless `environ` has another language; none ends in what nobody foresaw."""
    clean: dict[str, str | None] = {name: None for name in os.environ if name.startswith(("DUBAN_", "LC_"))}
    result = CliRunner().invoke(main, arguments, env={**clean, "LANG": "en_US.UTF-8", **environ}, input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def on(url: URL) -> Duban:
    """Calls of commands on a database."""
    return lambda *arguments, **more: duban(*arguments, DUBAN_DATABASE_URL=address(url), **more)


def address(url: URL) -> str:
    """A database as people write where it is."""
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)


def done(result: Result) -> str:
    """What a command printed that did what it was asked for."""
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(result: Result, exit_code: int) -> str:
    """What a command said instead of doing what it was asked for."""
    assert result.exit_code == exit_code, result.output
    return result.stderr
