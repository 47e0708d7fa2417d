"""A sweep with nothing due: what a wake-up costs with a million timers armed, beside the same with a thousand."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from benchmarks.armed import WHOLE, armed
from benchmarks.databases import POSTGRESQL, SQLITE, TITLES
from benchmarks.place import opened
from benchmarks.running import Run
from benchmarks.table import Figure, Row
from service import sweep
from service.now import SystemNow
from service.scheduler import Duties

FEW = 1000


def rows() -> Iterator[Row]:
    """One wake-up, which looks when something is due, and a claim that finds nothing."""
    for kind, title in TITLES.items():
        what = f"sweep with nothing due, {WHOLE:,} timers armed, {title}"
        yield Row(name=f"nothing-{kind}", what=what, against=f"the same with {FEW:,} armed", unit="ms", most=1.2)


def measure(run: Run) -> Iterator[Figure]:
    """Both databases in turn."""
    row_of = {row.name: row for row in rows()}
    times = run.sized(60, 5)
    for kind in (POSTGRESQL, SQLITE):
        sizes = {"many": run.sized(WHOLE, 3000), "few": FEW}
        urls = {name: armed(run, kind, timers) for name, timers in sizes.items()}
        with contextlib.ExitStack() as open_now:
            duties = {
                name: Duties(app=open_now.enter_context(opened(url)), now=SystemNow()) for name, url in urls.items()
            }
            for one in duties.values():
                one.sweep()
            turns = {name: (lambda one=one: _each(one, times)) for name, one in duties.items()}
            found = run.in_turn(turns, run.sized(15, 2), f"nothing due on {TITLES[kind]}")
        yield Figure(row=row_of[f"nothing-{kind}"], ours=found["many"], theirs=found["few"])


def _each(duties: Duties, times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        duties.sweep()
        with duties.app.app_context():
            sweep.run_once(duties.now)
    return (time.perf_counter() - start) / times * 1000
