"""Measures Duban beside other ways to do the same, and prints a table of ratios: `make bench`.

Everything that is compared runs in turn on the same machine and database; figures are medians of rounds. Without a
subject all of them are measured. What ends the run early ends what it has started, too.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.databases import databases, milliseconds_to_disk
from benchmarks.running import Run
from benchmarks.table import Figure, Row

SUBJECTS = (
    "in_memory",
    "transition_http",
    "transition_python",
    "nothing_due",
    "due_at_once",
    "two_schedulers",
    "million",
    "memory",
)
"""The modules that measure, in this order: each has rows() and measure(run)."""


def rows(subject: str) -> tuple[Row, ...]:
    """The rows that a subject measures."""
    return tuple(importlib.import_module(f"benchmarks.{subject}").rows())


def measured(subject: str, run: Run) -> Iterator[Figure]:
    """The figures of a subject; one that breaks off says why in the rows that it owes, and stops no other."""
    missing = {row.name: row for row in rows(subject)}
    fault = "was not measured"
    try:
        for figure in importlib.import_module(f"benchmarks.{subject}").measure(run):
            missing.pop(figure.row.name)
            yield figure
    except Exception as error:  # noqa: BLE001  the other subjects are still wanted
        fault = f"broke off: {type(error).__name__}: {error}"
        run.say(f"{subject} {fault}")
    for row in missing.values():
        yield Figure(row=row, fault=fault)


def machine(run: Run) -> dict[str, Any]:
    """What all of this was measured on."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "Python": platform.python_version(),
        **run.databases.versions(),
        "8 KiB to disk, ms": round(milliseconds_to_disk(run.databases.folder), 2),
    }


def together(before: report.Answer | None, answer: report.Answer) -> report.Answer:
    """The results with the rows that were not measured this time as they were."""
    found = {one["row"]: one for one in (*(before["rows"] if before else ()), *answer["rows"])}
    known = [row.name for subject in SUBJECTS for row in rows(subject)]
    return {**answer, "rows": [found[name] for name in known if name in found]}


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("subject", nargs="*", help=f"any of: {', '.join(SUBJECTS)}")
    asked.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    asked.add_argument("--quick", action="store_true", help="as little as shows that it works; figures mean nothing")
    asked.add_argument("--folder", type=Path, help="where databases are made; otherwise where the system puts such")
    asked.add_argument("--write", action="store_true", help="put the figures into results.json and the READMEs")
    given = asked.parse_args()
    if unknown := set(given.subject) - set(SUBJECTS):
        asked.error(f"there is no {', '.join(sorted(unknown))}; there are: {', '.join(SUBJECTS)}")
    if given.write and given.quick:
        asked.error("what a quick run finds means nothing and is not written")
    figures: list[Figure] = []
    with databases(given.folder) as made:
        run = Run(databases=made, quick=given.quick)
        for subject in given.subject or SUBJECTS:
            run.say(subject)
            figures += measured(subject, run)
        answer = {"quick": given.quick, "machine": machine(run), "rows": [one.to_json() for one in figures]}
        run.say("done")
    if given.quick:
        sys.stdout.write(
            "A quick run, with far fewer tickets than its rows say: all that it shows is that it runs.\n\n"
        )
    sys.stdout.write(report.full_text(answer))
    if given.json:
        given.json.write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if given.write:
        report.write(together(report.results() if given.subject else None, answer))
    return 0 if all(one.met is not False for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
