"""What running scenarios costs, beside the bare calls of the engine that they contain: `make bench-test`.

The shipped scenarios are run again and again until there are a thousand, in one process; then every call of `decide`
and every firing that they came to is made once more with the same values, and nothing else. Both take turns in one run,
and times are those of the processor.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from workflow import kin
from workflow.compiling import compile_published
from workflow.scenario import Scenario
from workflow.scenarios.running import run
from workflow.scenarios.stage import Stage

DEFINITIONS = Path(__file__).parents[1] / "definitions"
MOST = 10
"""The most that scenarios may take, as a multiple of the bare calls."""

Call = Callable[[], object]


def _recorded(scenarios: Sequence[Scenario], stage: Stage) -> list[Call]:
    """The calls of the engine that these scenarios come to, to be made again."""
    calls: list[Call] = []
    decide, fire = kin.decide, kin.fire

    def decided(*given: Any) -> Any:
        calls.append(lambda: decide(*given))
        return decide(*given)

    def fired(*given: Any) -> Any:
        calls.append(lambda: tuple(fire(*given)))
        return fire(*given)

    kin.decide, kin.fire = decided, fired
    try:
        for one in scenarios:
            outcome = run(one, stage)
            assert outcome.passed, (one.name, outcome.mismatches)
    finally:
        kin.decide, kin.fire = decide, fire
    return calls


def _seconds(work: Callable[[], None]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenarios", type=int, default=1000, help="how many are run")
    parser.add_argument("--rounds", type=int, default=5, help="how often both take turns")
    asked = parser.parse_args()
    files = {str(path): path.read_text("utf-8") for path in sorted(DEFINITIONS.rglob("*.yaml"))}
    catalogue = compile_published(files)
    shipped = catalogue.scenarios
    scenarios = [shipped[number % len(shipped)] for number in range(asked.scenarios)]
    stage = Stage(catalogue)
    calls = _recorded(scenarios, stage)

    def stories() -> None:
        for one in scenarios:
            run(one, stage)

    def bare() -> None:
        for call in calls:
            call()

    pairs = [(_seconds(stories), _seconds(bare)) for _ in range(asked.rounds)]
    whole, least = (statistics.median(column) for column in zip(*pairs, strict=True))
    steps = sum(len(one.steps) for one in scenarios)
    ratio = statistics.median(one / other for one, other in pairs)
    sys.stdout.write(
        f"{len(scenarios)} scenarios ({len(shipped)} different) with {steps} steps: {whole:.2f} s\n"
        f"the {len(calls)} bare calls of the engine that they contain: {least:.2f} s\n"
        f"scenarios take {ratio:.1f} times as long as the bare calls; at most {MOST} times is wanted\n"
    )
    sys.exit(ratio > MOST)


if __name__ == "__main__":
    main()
