"""Ten thousand deadlines due in one instant: two schedulers beside one, all of it fired once.

As they are, with the database on the same machine, and with two milliseconds added to every statement and COMMIT, which
is what a database somewhere else in a house costs: then it is waiting that is shared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from benchmarks.armed import WHOLE, DueAtOnce, armed, late
from benchmarks.databases import POSTGRESQL
from benchmarks.running import Child, Run
from benchmarks.table import Figure, Row

DUE = 10_000
DELAYS = {"near": 0, "far": 2}


def rows() -> Iterator[Row]:
    """Deadlines that are fired in a second, from the instant to the last commit."""
    what = f"{DUE:,} deadlines due at once, {WHOLE:,} timers armed, PostgreSQL, two schedulers"
    yield Row(name="two-near", what=what, against="one scheduler", unit="fired/s", least=1.0)
    yield Row(
        name="two-far",
        what=f"{what}, 2 ms added to every statement",
        against="one scheduler, likewise",
        unit="fired/s",
        least=1.6,
    )


def measure(run: Run) -> Iterator[Figure]:
    """One and two, near and far, in turn."""
    row_of = {row.name: row for row in rows()}
    url = armed(run, POSTGRESQL, run.sized(WHOLE, 3000))
    address = url.render_as_string(hide_password=False)
    due = DueAtOnce(run, url, run.sized(DUE, 300))

    def rate(schedulers: int, delay: int) -> float:
        def begin(at: dt.datetime) -> Sequence[Child]:
            words = ("benchmarks.scheduling", address, at.isoformat(), str(delay))
            return [Child(*words) for _ in range(schedulers)]

        return due.tickets / max(late(due.fired(f"{schedulers} at {delay} ms", begin)))

    cases = {
        f"{schedulers} {name}": (lambda schedulers=schedulers, delay=delay: rate(schedulers, delay))
        for name, delay in DELAYS.items()
        for schedulers in (1, 2)
    }
    found = run.in_turn(cases, run.sized(3, 1), "two schedulers")
    for name in DELAYS:
        yield Figure(row=row_of[f"two-{name}"], ours=found[f"2 {name}"], theirs=found[f"1 {name}"])
