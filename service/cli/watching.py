"""`duban check --watch`: the definitions are checked again whenever one of their files changes."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

EVERY = 0.5
"""Seconds between two looks at the files."""

Stamps = frozenset[tuple[str, int, int]]
"""The files with when they were changed and how long they are."""


def watch(paths: Iterable[Path], check: Callable[[], None]) -> None:
    """Call `check` now and whenever a file at one of the paths has changed, until Ctrl-C.

    A terminal is cleared before, so that what it shows is how the files stand now.
    """
    waiting = threading.Event()
    looked_at = list(paths)
    seen: Stamps | None = None
    try:
        while True:
            now = frozenset(_stamps(looked_at))
            if now != seen:
                seen = now
                if sys.stdout.isatty():
                    click.clear()
                check()
                sys.stdout.flush()
            waiting.wait(EVERY)
    except KeyboardInterrupt:
        click.echo()


def _stamps(paths: Iterable[Path]) -> Iterator[tuple[str, int, int]]:
    for path in paths:
        places = (
            [path] if not path.is_dir() else (Path(place, name) for place, _, names in os.walk(path) for name in names)
        )
        for place in places:
            try:
                told = place.stat()
            except OSError:
                continue  # it has gone between two looks; that is a change as well
            yield str(place), told.st_mtime_ns, told.st_size


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in names:
            yield Path(place, name)
