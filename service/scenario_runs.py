"""Running scenarios: a few in this process, many in as many processes as there are processors."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import ClassVar

from workflow.catalogue import Catalogue
from workflow.compiling import compile_published
from workflow.scenario import Scenario
from workflow.scenarios.coverage import Part
from workflow.scenarios.expecting import Mismatch
from workflow.scenarios.running import run
from workflow.scenarios.stage import Stage
from workflow.scenarios.story import Sentence, story

FEW = 200
"""So many scenarios are done before another process has begun."""

_AT_ONCE = 25
"""Scenarios that a process is handed together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of one scenario.

    Of one that failed, the `story` is what had happened before the first difference, and `untaken` how many steps come
    after the one at which it ended. `seconds` is how long it took.
    """

    scenario: Scenario
    mismatches: tuple[Mismatch, ...]
    taken: frozenset[Part]
    story: tuple[Sentence, ...]
    untaken: int
    seconds: float

    @property
    def passed(self) -> bool:
        return not self.mismatches


def run_all(
    catalogue: Catalogue,
    files: Mapping[str, str | bytes],
    scenarios: Sequence[Scenario],
    *,
    processes: int | None = None,
) -> Iterator[Ran]:
    """Run these scenarios of a catalogue, in order; `files` are those from which it was made.

    Without `processes` as many are used as are worth it.
    """
    if processes is None:
        processes = 1 if len(scenarios) <= FEW else len(os.sched_getaffinity(0))
    if processes == 1:
        stage = Stage(catalogue)
        yield from (_ran(one, stage) for one in scenarios)
        return
    with ProcessPoolExecutor(processes, initializer=_begin, initargs=(dict(files),)) as pool:
        yield from pool.map(_run, scenarios, chunksize=_AT_ONCE)


class _Process:
    """A process that runs scenarios for another one: its stage is made when it begins."""

    stage: ClassVar[Stage]


def _begin(files: Mapping[str, str | bytes]) -> None:
    _Process.stage = Stage(compile_published(files))


def _run(scenario: Scenario) -> Ran:
    return _ran(scenario, _Process.stage)


def _ran(scenario: Scenario, stage: Stage) -> Ran:
    start = time.perf_counter()
    outcome = run(scenario, stage)
    return Ran(
        scenario=scenario,
        mismatches=outcome.mismatches,
        taken=outcome.taken,
        story=story(outcome.play, outcome.before) if outcome.mismatches and outcome.play is not None else (),
        untaken=outcome.untaken,
        seconds=time.perf_counter() - start,
    )
