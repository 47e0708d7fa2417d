"""`python -m tests.properties.mutants`: which changes of the shipped definitions the scenarios and the promises notice.

The table says of each definition how many changes there are, how many of them a check refuses, how many of the others
make a scenario fail, how many make a silence longer, as some history shows, and of how many of these a figure says so.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from tests.properties.hearing import changes, heard
from tests.properties.mutations import Mutation
from tests.properties.promises.noticing import outcome

ENOUGH = 95
"""So many of a hundred make a scenario fail."""

COLUMNS = ("changes", "refused", "published", "caught", "in %", "longer", "shown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of a change: `heard` is None if a check refuses it, `missed` what no figure says of its silences.

    `longer` is None where no silence was looked at.
    """

    name: str
    workflow: str
    heard: bool | None
    longer: bool | None = None
    missed: tuple[str, ...] = ()


def judged(mutation: Mutation, silent: bool = True) -> Judged:
    """What comes of a change; without `silent`, its silences are not looked at."""
    found = heard(mutation)
    silences = outcome(mutation) if silent and found is not None else None
    return Judged(
        name=mutation.name,
        workflow=mutation.workflow,
        heard=found,
        longer=None if silences is None else bool(silences.longer),
        missed=() if silences is None else silences.missed,
    )


def table(found: Sequence[Judged]) -> Iterator[str]:
    """The table in lines, with what was not caught and what is not shown below it."""
    yield _line("", COLUMNS)
    for workflow in dict.fromkeys(one.workflow for one in found):
        yield _line(workflow, _counts([one for one in found if one.workflow == workflow]))
    yield _line("all", _counts(found))
    for title, named in (
        ("no scenario fails of:", [one.name for one in found if one.heard is False]),
        ("no figure shows:", [missed for one in found for missed in one.missed]),
    ):
        if named:
            yield from ("", title, *(f"  {name}" for name in named))


def _counts(found: Sequence[Judged]) -> tuple[str, ...]:
    published = [one for one in found if one.heard is not None]
    caught, longer = sum(one.heard is True for one in published), [one for one in published if one.longer]
    share = f"{100 * caught / len(published):.1f}" if published else "-"
    noticed = (len(longer), sum(not one.missed for one in longer))
    silences = [str(one) for one in noticed] if any(one.longer is not None for one in published) else ["-", "-"]
    return (str(len(found)), str(len(found) - len(published)), str(len(published)), str(caught), share, *silences)


def _line(name: str, cells: Sequence[str]) -> str:
    return "".join([f"{name:<22}", *(f"{cell:>10}" for cell in cells)]).rstrip()


def good(found: Sequence[Judged]) -> bool:
    """Whether nearly every change that is published makes a scenario fail, and each longer silence is shown."""
    published = [one for one in found if one.heard is not None]
    caught = sum(one.heard is True for one in published)
    return 100 * caught >= ENOUGH * len(published) and not any(one.missed for one in found)


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.properties.mutants", description=__doc__)
    asked.add_argument("--processes", type=int, default=2, help="how many changes at once (2)")
    asked.add_argument("--scenarios", action="store_true", help="only the scenarios, and not how long silences are")
    asked.add_argument("--one-in", type=int, default=1, metavar="N", help="only every Nth change (1)")
    given = asked.parse_args()
    chosen = changes()[given.one_in // 2 :: given.one_in]
    found: list[Judged] = []
    said = time.monotonic()
    with multiprocessing.Pool(given.processes) as workers:
        for one in workers.imap(partial(judged, silent=not given.scenarios), chosen, chunksize=4):
            found.append(one)
            if time.monotonic() - said > 30:
                said = time.monotonic()
                _say(f"{len(found)} of {len(chosen)} changes")
    for line in table(found):
        _say(line)
    return 0 if good(found) else 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
