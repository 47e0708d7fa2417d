"""Two ways of doing the same, taking turns: what each costs per call, and the ratio of the two.

Times are those of the processor, so that whatever else the machine does counts as little as it can; a ratio compares
only what ran within one round.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Call = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table: what is measured, its floor, and how many times as long it may take at the most.

    Each is called `times` for one figure, and does `each` things in a call.
    """

    name: str
    case: Call
    floor: Call
    most: float
    beside: str
    times: int = 100
    each: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Microseconds per call, the medians of all rounds, and the median of the ratios of single rounds.

    `pairs` are those of the rounds: what it took, and its floor.
    """

    name: str
    case: float
    floor: float
    ratio: float
    most: float
    beside: str
    pairs: Sequence[tuple[float, float]]

    @property
    def fine(self) -> bool:
        return self.ratio <= self.most


def measure(rows: Sequence[Row], rounds: int) -> list[Measured]:
    """Every row beside its floor, in rounds that take turns; processor time."""
    taken: list[list[tuple[float, float]]] = [[] for _ in rows]
    gc.collect()
    gc.freeze()
    for number in range(rounds):
        for place, row in enumerate(rows):
            pair = (row.case, row.floor) if number % 2 else (row.floor, row.case)
            first, second = (_microseconds(one, row.times) / row.each for one in pair)
            taken[place].append((first, second) if number % 2 else (second, first))
    gc.unfreeze()
    return [_measured(row, pairs) for row, pairs in zip(rows, taken, strict=True)]


def measure_alone(calls: Mapping[str, Call], rounds: int, times: int = 100) -> dict[str, float]:
    """Microseconds per call, the medians of rounds that take turns."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            taken[name].append(_microseconds(call, times))
    return {name: statistics.median(found) for name, found in taken.items()}


def _measured(row: Row, pairs: Sequence[tuple[float, float]]) -> Measured:
    case, floor = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    return Measured(
        name=row.name, case=case, floor=floor, ratio=ratio, most=row.most, beside=row.beside, pairs=tuple(pairs)
    )


def _microseconds(call: Call, times: int) -> float:
    start = time.process_time_ns()
    for _ in range(times):
        call()
    return (time.process_time_ns() - start) / times / 1000
