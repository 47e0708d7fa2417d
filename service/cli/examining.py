"""The doctor at work in several processes, each on other tickets."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from itertools import repeat
from multiprocessing import get_context
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.doctor import Case


def examined(processes: int, ended: bool) -> Iterator[tuple[int, tuple[Case, ...]]]:
    """How many tickets were looked at and what was found on them, stretch after stretch, the oldest first.

    A ticket on which a process has found something is looked at once more here: that is seldom, and says how it is now.
    """
    from service.db import DatabaseUnavailable
    from service.doctor import examine, stretches

    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_begin) as pool:
        try:
            for found in pool.map(_look_at, stretches(), repeat(ended)):
                if isinstance(found, str):
                    raise DatabaseUnavailable(found)
                looked_at, numbers = found
                cases = (examine(number) for number in numbers)
                yield looked_at, tuple(case for case in cases if case is not None)
        finally:
            pool.shutdown(cancel_futures=True)


_database = ExitStack()
"""In a process of the doctor: its database, for as long as it lives."""


def _begin() -> None:
    from service.cli.installation import database

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever has started this ends it
    _database.enter_context(database())
    Finalize(None, _database.close, exitpriority=0)  # SQLite tidies up where it is closed, which a pool's end is not


def _look_at(stretch: tuple[int, int], ended: bool) -> tuple[int, list[str]] | str:
    """How many tickets there are between two ids, and the numbers of those with findings; or why nobody can say."""
    from service.db import DatabaseUnavailable
    from service.doctor import walk

    after, until = stretch
    looked_at, numbers = 0, []
    try:
        for seen in walk(ended=ended, after=after, until=until):
            looked_at += seen.looked_at
            numbers += [case.number for case in seen.cases]
    except DatabaseUnavailable as error:
        return error.why
    return looked_at, numbers
