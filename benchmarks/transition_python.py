"""A transition through the Python API, saved and audited, beside Django's ORM with viewflow.fsm saving the same rows.

One process each, one move after the other, every move a transaction of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from benchmarks.databases import POSTGRESQL, SQLITE, TITLES
from benchmarks.place import furnished, in_repair, opened
from benchmarks.running import Child, Run, children
from benchmarks.sameness import require_same, rows_of
from benchmarks.table import Figure, Row

PEER = "Django ORM and viewflow.fsm"
WARMING = 20


def rows() -> Iterator[Row]:
    """Time and processor time of a move; the last is only to be read: the peer saves no clocks and no timers."""
    for kind, title in TITLES.items():
        what, name = f"transition through Python, {title}", f"python-{kind}"
        yield Row(name=f"{name}-saved", what=what, against=PEER, unit="ms", most=1.0)
        yield Row(name=f"{name}-cpu", what=f"{what}: processor time of the process", against=PEER, unit="ms")
        yield Row(name=f"{name}-less", what=what, against=f"{PEER}, which leaves clocks and timers out", unit="ms")


def measure(run: Run) -> Iterator[Figure]:
    """Both, and the peer without clocks, in turn."""
    row_of = {row.name: row for row in rows()}
    rounds, moves = run.sized(9, 1), run.sized(150, 10)
    for kind in (POSTGRESQL, SQLITE):
        url = run.databases.make(kind, "python")
        furnished(url)
        with opened(url):
            numbers = iter(in_repair(3 * (rounds * moves + WARMING)))
        address = url.render_as_string(hide_password=False)
        with children(("benchmarks.saving", address), ("benchmarks.peers.django_fsm", address)) as (ours, theirs):
            cases = {
                "duban": _Moving(ours, numbers),
                "django": _Moving(theirs, numbers),
                "less": _Moving(theirs, numbers, clocks=False),
            }
            for one in cases.values():
                one(WARMING)
            turns = {name: (lambda one=one: one(moves)) for name, one in cases.items()}
            found = run.in_turn(turns, rounds, f"through Python on {TITLES[kind]}")
            with opened(url):
                require_same(rows_of(cases["duban"].last), rows_of(cases["django"].last))
        run.databases.drop(url)
        for name, against, what in (("-saved", "django", 0), ("-cpu", "django", 1), ("-less", "less", 0)):
            yield Figure(
                row=row_of[f"python-{kind}{name}"],
                ours=[one[what] for one in found["duban"]],
                theirs=[one[what] for one in found[against]],
            )


class _Moving:
    """One of the ways."""

    def __init__(self, child: Child, numbers: Iterator[str], *, clocks: bool = True) -> None:
        self.child = child
        self.numbers = numbers
        self.clocks = clocks
        self.last = ""

    def __call__(self, moves: int) -> tuple[float, float]:
        """Milliseconds of a move, and those of the processor."""
        numbers = list(itertools.islice(self.numbers, moves))
        self.last = numbers[-1]
        answer = self.child.ask(numbers=numbers, clocks=self.clocks)
        return answer["seconds"] / moves * 1000, answer["processor"] / moves * 1000
