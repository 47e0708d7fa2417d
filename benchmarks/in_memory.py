"""What happens in memory: deciding, and adding working time (`benchmarks.engine`, `benchmarks.working_time`)."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import engine, turns
from benchmarks.running import Run
from benchmarks.table import Figure, Row

UNIT = "µs"


def rows() -> Iterator[Row]:
    """Every row of the engine that has a limit."""
    return (_row(one) for one in engine.rows())


def measure(run: Run) -> Iterator[Figure]:
    """All of them in rounds that take turns; processor time."""
    found = engine.rows()
    for one, measured in zip(found, turns.measure(found, run.sized(41, 3)), strict=True):
        ours, theirs = zip(*measured.pairs, strict=True)
        yield Figure(row=_row(one), ours=ours, theirs=theirs)


def _row(one: turns.Row) -> Row:
    name = f"{one.name} / {one.beside}"
    return Row(name=name, what=one.name, against=one.beside, unit=UNIT, most=one.most)
