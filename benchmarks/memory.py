"""The memory of a web worker and of a scheduler, at rest and when they have worked on a million open tickets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.engine import URL

from benchmarks.armed import EACH, DueAtOnce, armed
from benchmarks.databases import POSTGRESQL
from benchmarks.firing import megabytes
from benchmarks.million import OPEN
from benchmarks.place import opened, token
from benchmarks.running import Child, Run, children, processes_of
from benchmarks.table import Figure, Row
from service import tables
from service.db import reading

DUE = 10_000
MOST = 200
"""What the sweep may never need more than, in MB."""


def rows() -> Iterator[Row]:
    """What each holds after the work, beside what it holds at rest; and the scheduler's most."""
    after = f"{OPEN['many']:,} open tickets, PostgreSQL"
    yield Row(
        name="memory-web",
        what=f"memory of a web worker after a thousand pages, {after}",
        against="at rest: it has answered once",
        unit="MB",
    )
    what = f"memory of a scheduler after {DUE:,} due at once, {after}"
    yield Row(name="memory-scheduler", what=what, against="at rest: nothing was due", unit="MB")
    yield Row(name="memory-most", what=f"{what}: the most it ever held", against="a limit", unit="MB", most=1.0)


def measure(run: Run) -> Iterator[Figure]:
    """One process each."""
    row_of = {row.name: row for row in rows()}
    url = armed(run, POSTGRESQL, EACH * run.sized(OPEN["many"], 3000))
    address = url.render_as_string(hide_password=False)

    def begin(at: dt.datetime) -> Sequence[Child]:
        return [Child("benchmarks.scheduling", address, at.isoformat(), "0")]

    run.say("memory of a scheduler")
    (told,) = DueAtOnce(run, url, run.sized(DUE, 50)).fired("a scheduler", begin)
    yield Figure(row=row_of["memory-scheduler"], ours=(told["megabytes"],), theirs=(told["resting"],))
    yield Figure(row=row_of["memory-most"], ours=(told["most"],), theirs=(float(MOST),))
    run.say("memory of a web worker")
    yield Figure(row=row_of["memory-web"], **_web(url, run.sized(1000, 20)))


def _web(url: URL, pages: int) -> dict[str, Sequence[float]]:
    with opened(url):
        secret = token("lin")
        with reading() as session:
            found = select(tables.Ticket.number).order_by(tables.Ticket.id.desc()).limit(pages // 2)
            numbers = session.execute(found).scalars().all()
    paths = [path for one in numbers for path in (f"/api/v1/tickets/{one}", "/api/v1/tickets?open=true")]
    words = ("benchmarks.served", "duban", "gunicorn", url.render_as_string(hide_password=False))
    with children(words, ("benchmarks.load",)) as (server, load):
        port = int(server.line())
        load.ask(port=port, get=paths[0], times=8, token=secret, connections=8)
        workers = processes_of(server.process.pid)[1:]
        resting = [megabytes(one) for one in workers]
        for path in paths:
            load.ask(port=port, get=path, times=1, token=secret, connections=1)
        return {"ours": [max(megabytes(one) for one in workers)], "theirs": [max(resting)]}
