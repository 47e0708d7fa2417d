"""Where a sweep spends the processor's time: `python -m benchmarks.profiling_sweep postgresql|sqlite`.

For a row that is not met. In one process, in turn with the bare sweep, on the same database: what both cost for each
ticket as they are, and then ours by layer under the profiler, which makes it slower: there the proportion counts.
"""

from __future__ import annotations

import argparse
import cProfile
import datetime as dt
import pstats
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import URL

from benchmarks.armed import armed, clear
from benchmarks.databases import POSTGRESQL, SQLITE, databases
from benchmarks.peers.bare_sweep import Sweep
from benchmarks.place import opened
from benchmarks.population import due_at
from benchmarks.profiling import layer
from benchmarks.running import Run
from service.now import SystemNow, instant_here
from service.scheduler import BREATH, Duties

ARMED, DUE = 30_000, 1000


def each(url: URL, fire: Callable[[], object]) -> float:
    """Microseconds of this process's processor for each ticket that is fired."""
    due_at(instant_here() - dt.timedelta(seconds=1), DUE)
    began = time.process_time()
    fire()
    spent = time.process_time() - began
    clear(url)
    return spent / DUE * 1_000_000


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.profiling_sweep", description=__doc__)
    asked.add_argument("database", choices=(POSTGRESQL, SQLITE))
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    with databases() as made:
        url = armed(Run(databases=made), given.database, ARMED)
        with opened(url) as app:
            duties, bare = Duties(app=app, now=SystemNow()), Sweep(url)

            def ours() -> None:
                while duties.sweep() == BREATH:
                    pass

            def theirs() -> None:
                while bare.run_once(instant_here()):
                    pass

            taken = [(each(url, ours), each(url, theirs)) for _ in range(given.rounds)]
            least = [min(one) for one in zip(*taken, strict=True)]
            sys.stdout.write(f"{least[0]:.0f} µs for a ticket, the bare sweep {least[1]:.0f}\n")
            profile = cProfile.Profile(time.process_time)
            each(url, lambda: profile.runcall(ours))
    by_layer: Counter[str] = Counter()
    stats: Any = pstats.Stats(profile)
    for (file, _, function), (_, _, own, _, _) in stats.stats.items():
        by_layer[layer(f"{file} {function}")] += own
    whole = sum(by_layer.values())
    for name, own in by_layer.most_common():
        sys.stdout.write(f"{own / whole:6.0%}  {name}\n")


if __name__ == "__main__":
    main()
