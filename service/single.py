"""One serving process for one SQLite file: writers queue inside a process, and a second one would not see the queue."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workflow.definition import Text


class AlreadyServed(Exception):
    """Another process is serving this database."""

    def __init__(self, file: Path, process: str) -> None:
        who = f"process {process}" if process else "another process"
        super().__init__(
            f"{file} is already being served by {who}. On SQLite there is one serving process: stop it, or use "
            "PostgreSQL, which any number may serve."
        )


class NeedsPostgreSQL(Exception):
    """Several processes were asked for on SQLite."""

    def __init__(self) -> None:
        self.text = Text(
            "On SQLite one process serves and schedules: `duban serve`. Web workers and schedulers beside each other "
            "need PostgreSQL: DUBAN_DATABASE_URL=postgresql://user:password@host/name.",
            "SQLite 上由一个进程同时提供服务和运行定时任务：duban serve。多个进程需要 PostgreSQL："
            "DUBAN_DATABASE_URL=postgresql://user:password@host/name。",
        )
        super().__init__(self.text.en)


@contextmanager
def only_server(file: Path) -> Iterator[None]:
    """Holds the right to serve the database `file`; raises AlreadyServed while another process holds it.

    The right lies in a lock on `FILE.serving`, which the operating system takes back when the process ends, however it
    ends; the file itself stays and means nothing.
    """
    with open(os.open(f"{file}.serving", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyServed(file, lock.read().strip()) from error
        lock.seek(0)
        lock.truncate()
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
