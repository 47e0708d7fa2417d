"""A thousand deadlines due in one instant while a million timers are armed: how late they are committed, p99.

One level of a repair that nobody picked up: the ticket's row, an entry, a clock, a timer that goes, two notices. Beside
our scheduler, with all its duties: one APScheduler job per deadline in its SQL job store, and the bare sweep. Each
fires on the same database, in a process of its own that is ready before the instant comes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from benchmarks.armed import WHOLE, Begin, DueAtOnce, armed, late
from benchmarks.databases import POSTGRESQL, SQLITE, TITLES
from benchmarks.percentiles import percentile
from benchmarks.running import Child, Run
from benchmarks.table import Figure, Row

JOBS, BARE = "one APScheduler job per deadline, in its SQL job store", "the bare sweep, without an engine"
DUE = 1000
LIMITS = {POSTGRESQL: 0.25, SQLITE: 0.10}


def rows() -> Iterator[Row]:
    """Lateness of the slowest of a hundred, to the commit."""
    for kind, title in TITLES.items():
        what = f"{DUE:,} deadlines due at once, {WHOLE:,} timers armed, {title}: lateness p99"
        yield Row(name=f"due-{kind}-jobs", what=what, against=JOBS, unit="s", most=LIMITS[kind])
        yield Row(name=f"due-{kind}-bare", what=what, against=BARE, unit="s", most=2.5)


def measure(run: Run) -> Iterator[Figure]:
    """One database after the other; the three take turns."""
    row_of = {row.name: row for row in rows()}
    for kind in (POSTGRESQL, SQLITE):
        url = armed(run, kind, run.sized(WHOLE, 3000))
        address = url.render_as_string(hide_password=False)
        due = DueAtOnce(run, url, run.sized(DUE, 50))

        def begun(*words: str) -> Begin:
            def begin(at: dt.datetime) -> Sequence[Child]:
                module, *more = words
                return [Child(module, address, at.isoformat(), *more)]  # noqa: B023  used in this turn only

            return begin

        starts = {
            "duban": begun("benchmarks.scheduling", "0"),
            "jobs": begun("benchmarks.peers.jobs"),
            "bare": begun("benchmarks.peers.bare_sweep"),
        }
        cases = {
            name: (lambda name=name, start=start: due.fired(name, start))  # noqa: B023  called in this turn
            for name, start in starts.items()
        }
        found = run.in_turn(cases, run.sized(5, 1), f"due at once on {TITLES[kind]}")
        slow = {name: [percentile(late(answers), 99) for answers in each] for name, each in found.items()}
        spent = max(one["most"] for answers in found["duban"] for one in answers)
        note = f"the scheduler never held more than {spent:.0f} MB"
        for peer in ("jobs", "bare"):
            yield Figure(row=row_of[f"due-{kind}-{peer}"], ours=slow["duban"], theirs=slow[peer], note=note)
