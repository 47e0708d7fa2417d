"""Two ways of doing the same, taking turns: what each costs per call, and the ratio of the two.

Times are those of the processor. On a machine that does other work besides, a long stretch is interrupted more often
than a short one: so both are timed in slices of the same length, whatever one call takes, and the median slice counts.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Call = Callable[[], object]
Key = TypeVar("Key")

SLICE = 2_000
"""Microseconds for which one of the two is called before it is the other's turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table: what is measured, its floor, and how many times as long it may take at the most.

    Both do `each` things in a call.
    """

    name: str
    case: Call
    floor: Call
    most: float
    beside: str
    each: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Microseconds per call and their ratio, of medians; `least` is the ratio of the shortest slices.

    `pairs` are those of the rounds: what it took, and its floor.
    """

    name: str
    case: float
    floor: float
    ratio: float
    least: float
    most: float
    beside: str
    pairs: Sequence[tuple[float, float]]

    @property
    def fine(self) -> bool:
        return self.ratio <= self.most


def measure(rows: Sequence[Row], rounds: int) -> list[Measured]:
    """Every row beside its floor, in so many rounds in which all take turns."""
    calls = {(place, which): getattr(row, which) for place, row in enumerate(rows) for which in ("case", "floor")}
    taken = _taken(calls, rounds)
    return [_measured(row, taken[place, "case"], taken[place, "floor"]) for place, row in enumerate(rows)]


def measure_alone(calls: Mapping[str, Call], rounds: int) -> dict[str, float]:
    """Microseconds per call, the medians of rounds that take turns."""
    return {name: statistics.median(found) for name, found in _taken(calls, rounds).items()}


def _taken(calls: Mapping[Key, Call], rounds: int) -> dict[Key, list[float]]:
    times = {key: _times(call) for key, call in calls.items()}
    taken: dict[Key, list[float]] = {key: [] for key in calls}
    gc.collect()
    gc.freeze()  # what was there before is no part of what is measured
    for number in range(rounds):
        for key in list(calls)[:: 1 if number % 2 else -1]:
            taken[key].append(_microseconds(calls[key], times[key]))
    gc.unfreeze()
    return taken


def _times(call: Call) -> int:
    """How often it is called in one slice."""
    for _ in range(20):
        call()
    return max(int(SLICE / min(_microseconds(call, 1) for _ in range(20))), 1)


def _measured(row: Row, case: Sequence[float], floor: Sequence[float]) -> Measured:
    one, other = statistics.median(case), statistics.median(floor)
    return Measured(
        name=row.name,
        case=one / row.each,
        floor=other / row.each,
        ratio=one / other,
        least=min(case) / min(floor),
        most=row.most,
        beside=row.beside,
        pairs=[(ours / row.each, theirs / row.each) for ours, theirs in zip(case, floor, strict=True)],
    )


def _microseconds(call: Call, times: int) -> float:
    start = time.process_time_ns()
    for _ in range(times):
        call()
    return (time.process_time_ns() - start) / times / 1000
