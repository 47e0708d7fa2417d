"""Databases with many armed timers, made once in a run, and the deadlines on them that come due in one instant."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL

from benchmarks.databases import POSTGRESQL, TITLES, Armed
from benchmarks.place import furnished, opened, prepared
from benchmarks.population import COPIED, due_at, waiting
from benchmarks.running import Child, Run
from benchmarks.sameness import Rows, require_same, rows_of
from service.now import instant_here

EACH = 3
"""Timers that are armed on each waiting ticket."""

WHOLE = 1_000_000
"""The timers that most rows are measured with."""

SMALL = 100_000
"""Up to so many, a database is filled for this number alone, so that a small one stays small."""


def armed(run: Run, kind: str, timers: int) -> URL:
    """A database in which so many timers are armed, none of them due soon; made once in a run, and filled up later."""
    wanted = -(-timers // EACH)
    name = f"armed_{timers}" if timers <= SMALL else "armed"
    found = run.databases.armed.get(f"{kind} {name}")
    if found is None:
        found = Armed(run.databases.make(kind, name), 0, ())
        furnished(found.url)
    if found.tickets < wanted:
        with prepared(found.url), without_indexes(found.url):
            there, patterns = found.tickets, found.patterns
            for chunk in _chunks(wanted - there):
                run.say(f"{TITLES[kind]}: {there:,} of {wanted:,} tickets with {EACH} armed timers each")
                patterns = waiting(instant_here(), chunk, patterns)
                there += chunk
        tidied(found.url)
        found = Armed(found.url, wanted, patterns)
    run.databases.armed[f"{kind} {name}"] = found
    return found.url


@contextmanager
def without_indexes(url: URL) -> Iterator[None]:
    """What only helps finding is made anew at the end, which takes less time than keeping it up row by row."""
    if url.get_backend_name() != POSTGRESQL:
        yield
        return
    with _bare(url) as engine, engine.connect() as connection:
        found = connection.execute(text(_INDEXES), {"copied": list(COPIED)}).all()
        for name, _ in found:
            connection.execute(text(f"DROP INDEX {name}"))
        yield
        connection.execute(text("SET maintenance_work_mem = '512MB'"))
        for _, made in found:
            connection.exec_driver_sql(made)


_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid::regclass::text = ANY(:copied) AND NOT indisunique
"""


def _chunks(count: int) -> Iterator[int]:
    while count > 0:
        yield min(count, 100_000)
        count -= 100_000


def tidied(url: URL) -> None:
    """Statistics and visibility as they are some time later, and nothing left to be written out."""
    with _bare(url) as engine, engine.connect() as connection:
        if url.get_backend_name() == POSTGRESQL:
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))
        else:
            connection.execute(text("ANALYZE"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


@contextmanager
def _bare(url: URL) -> Iterator[Engine]:
    """An engine that begins nothing by itself."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        yield engine
    finally:
        engine.dispose()


class TooSoon(Exception):
    """What was due was due before everybody was ready for it."""


SECONDS = 180
"""How long it may take until everything that is due has fired."""

Begin = Callable[[dt.datetime], Sequence[Child]]
"""Starts the processes that fire what is due at an instant."""


class DueAtOnce:
    """Many deadlines that come due in one instant, again and again, and whoever fires them."""

    def __init__(self, run: Run, url: URL, tickets: int) -> None:
        self.run = run
        self.url = url
        self.tickets = tickets
        self._lead: dict[str, float] = {}
        self._written: Rows | None = None

    def fired(self, name: str, begin: Begin) -> list[dict[str, Any]]:
        """Makes them due, lets the children fire them, and clears up; what each child tells.

        Each must have fired once, and must have been written as whoever came first wrote it.
        """
        for _ in range(6):
            seconds = self._lead.setdefault(name, 8.0 + self.tickets / 1000)
            try:
                return self._once(begin, seconds)
            except TooSoon:
                self._lead[name] = seconds * 2
                self.run.say(f"{name} was not ready within {seconds:g} s: once more")
        raise RuntimeError(f"{name} is never ready in time")

    def _once(self, begin: Begin, seconds: float) -> list[dict[str, Any]]:
        due = instant_here() + dt.timedelta(seconds=seconds)
        begun: Sequence[Child] = ()
        try:
            with opened(self.url):
                numbers = due_at(due, self.tickets)
            begun = begin(due)
            for child in begun:
                child.line()
            if instant_here() > due - dt.timedelta(seconds=0.5):
                raise TooSoon
            self._wait(due)
            answers = [child.ask() for child in begun]
            for child in begun:
                child.close()
            self._require_once(numbers, due, len(late(answers)))
            return answers
        finally:
            for child in begun:
                child.kill()
            clear(self.url)

    def _wait(self, due: dt.datetime) -> None:
        """Until nothing is due any more; looks on ten times a second."""
        left = text("SELECT 1 FROM ticket WHERE next_due_at <= :due LIMIT 1").bindparams(due=self._said(due))
        until = time.monotonic() + (due - instant_here()).total_seconds() + SECONDS
        with _bare(self.url) as engine, engine.connect() as connection:
            while connection.execute(left).first() is not None:
                if time.monotonic() > until:
                    raise RuntimeError(f"not everything has fired within {SECONDS} s")
                threading.Event().wait(0.1)

    def _said(self, at: dt.datetime) -> object:
        return at if self.url.get_backend_name() == POSTGRESQL else at.strftime("%Y-%m-%d %H:%M:%S.%f")

    def _require_once(self, numbers: Sequence[str], due: dt.datetime, told: int) -> None:
        entries = text("SELECT count(*), count(DISTINCT ticket_id) FROM entry WHERE due_at = :due AND level = 'late 1'")
        with _bare(self.url) as engine, engine.connect() as connection:
            found = tuple(connection.execute(entries.bindparams(due=self._said(due))).one())
        if found != (len(numbers), len(numbers)) or told != len(numbers):
            raise RuntimeError(f"{len(numbers)} were due; {found[0]} fired on {found[1]} tickets, and {told} were told")
        with opened(self.url):
            rows = rows_of(numbers[-1])
        if self._written is None:
            self._written = rows
        require_same(self._written, rows)


def clear(url: URL) -> None:
    """What was due is due no more, whatever became of it, and no notice waits to be delivered."""
    nobody = "id IN (SELECT id FROM ticket WHERE next_due_at IS NOT NULL AND workflow = 'repair')"
    with _bare(url) as engine, engine.connect() as connection:
        connection.execute(text(f"DELETE FROM timer WHERE ticket_{nobody}"))
        connection.execute(text(f"UPDATE ticket SET next_due_at = NULL WHERE {nobody}"))
        connection.execute(text("UPDATE notice SET next_attempt_at = NULL WHERE next_attempt_at IS NOT NULL"))
        connection.execute(text("DROP TABLE IF EXISTS peer_job"))


def late(answers: Sequence[dict[str, Any]]) -> list[float]:
    """How late all of them were, in seconds."""
    return list(itertools.chain.from_iterable(one["late"] for one in answers))
