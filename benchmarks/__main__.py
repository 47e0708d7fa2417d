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
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.databases import databases, milliseconds_to_disk
from benchmarks.running import Run
from benchmarks.table import Figure, Row, markdown

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
README = HERE / "README.md"
BEGIN, END = "<!-- results: written by make bench -->", "<!-- end of results -->"

SUBJECTS = ("in_memory", "transition_http")
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


def described(machine: dict[str, Any]) -> str:
    """The machine in a line."""
    return ", ".join(f"{value} cores" if name == "cores" else f"{name} {value}" for name, value in machine.items())


def results_text(answer: dict[str, Any]) -> str:
    """What stands between the marks of the README."""
    return f"{described(answer['machine'])}.\n\n{markdown(answer['rows'])}"


def with_results(readme: str, answer: dict[str, Any]) -> str:
    """The README with these results in it."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{results_text(answer)}\n{END}{after}"


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("subject", nargs="*", help=f"any of: {', '.join(SUBJECTS)}")
    asked.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    asked.add_argument("--quick", action="store_true", help="as little as shows that it works; figures mean nothing")
    asked.add_argument("--folder", type=Path, help="where databases are made; otherwise where the system puts such")
    asked.add_argument("--write", action="store_true", help="put the figures into results.json and README.md here")
    given = asked.parse_args()
    if unknown := set(given.subject) - set(SUBJECTS):
        asked.error(f"there is no {', '.join(sorted(unknown))}; there are: {', '.join(SUBJECTS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended on the way out
    figures: list[Figure] = []
    with databases(given.folder) as made:
        run = Run(databases=made, quick=given.quick)
        for subject in given.subject or SUBJECTS:
            run.say(subject)
            figures += measured(subject, run)
        answer = {"machine": machine(run), "rows": [one.to_json() for one in figures]}
        run.say("done")
    text = json.dumps(answer, ensure_ascii=False, indent=1) + "\n"
    sys.stdout.write(results_text(answer))
    if given.json:
        given.json.write_text(text, "utf-8")
    if given.write:
        _write(answer)
    return 0 if all(one.met is not False for one in figures) else 1


def _write(answer: dict[str, Any]) -> None:
    """Rows that were not measured this time stay as they were, if it is the same machine that measured them."""
    if RESULTS.exists():
        before = json.loads(RESULTS.read_text("utf-8"))
        measured_now = {one["row"]: one for one in answer["rows"]}
        known = [row.name for subject in SUBJECTS for row in rows(subject)]
        kept = {one["row"]: one for one in before["rows"] if one["row"] in known}
        answer["rows"] = [found for name in known if (found := measured_now.get(name) or kept.get(name)) is not None]
    RESULTS.write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", "utf-8")
    README.write_text(with_results(README.read_text("utf-8"), answer), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
