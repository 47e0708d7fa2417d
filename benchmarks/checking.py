"""How long checking takes, beside loading the same text with ruamel.yaml: `make bench-check`.

Three cases take turns on one core, each in a process of its own, and only the work is timed, not its start: the first
check, a check of what has not changed since, and a round-trip load of every file, which is the least that a checker
built on ruamel.yaml would have to do. Three more time the whole command, and a Python that does nothing. All times are
those of the processor, so that whatever else the machine does counts as little as it can.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.house import house, text_of

ROOT = Path(__file__).parents[1]
FIRST, AGAIN = 1.5, 0.2
"""The most that a first check and one of the same files may take, as multiples of the load."""


def _files(folder: Path) -> dict[str, bytes]:
    from service.files import read_folder

    return read_folder(folder)


def _check(folder: Path, cache: Path | None) -> Callable[[], None]:
    import workflow.compiling  # noqa: F401 - not part of the work
    from service.cli import remembered

    def work() -> None:
        found = remembered.find(_files(folder), cache, dt.date(2026, 1, 12))
        assert not any(problem.severity == "error" for problem in found.problems), found.problems[:3]

    return work


def _load(folder: Path) -> Callable[[], None]:
    from ruamel.yaml import YAML

    def work() -> None:
        for text in _files(folder).values():
            list(YAML().load_all(text.decode("utf-8")))

    return work


def _once(case: str, folder: Path, cache: Path) -> float:
    work = _load(folder) if case == "load" else _check(folder, cache if case == "again" else None)
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def _apart(case: str, folder: Path, cache: Path) -> float:
    """The time of a case in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.checking", "--once", case, str(folder), str(cache)]
    return float(subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def _command(words: list[str], folder: Path, cache: Path) -> float:
    environ = {**os.environ, "DUBAN_DEFINITIONS": str(folder), "XDG_CACHE_HOME": str(cache), "LANG": "en_US.UTF-8"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], cwd=ROOT, env=environ, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(folder: Path, cache: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds by case, the cases taking turns in an order that rotates."""
    duban = ["-c", "from service.cli import main; main()", "check"]
    cases: dict[str, Callable[[], float]] = {
        "load": lambda: _apart("load", folder, cache),
        "check": lambda: _apart("check", folder, cache),
        "again": lambda: _apart("again", folder, cache),
        "command": lambda: _command([*duban, "--no-cache"], folder, cache),
        "command again": lambda: _command(duban, folder, cache),
        "empty Python": lambda: _command(["-c", ""], folder, cache),
    }
    _apart("again", folder, cache)
    _command(duban, folder, cache)
    names = list(cases)
    taken: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            taken[name].append(cases[name]())
    return taken


SAID = {
    "load": "ruamel.yaml round-trip load",
    "check": "duban check: read, compile, all checks",
    "again": "duban check, nothing changed",
    "command": "the whole command, start included",
    "command again": "the whole command, nothing changed",
    "empty Python": "Python that does nothing",
}


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.checking", description=__doc__)
    asked.add_argument("--definitions", type=int, default=200)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--format", choices=("text", "json"), default="text")
    asked.add_argument("--once", nargs=3, metavar=("CASE", "FOLDER", "CACHE"), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.once:
        sys.stdout.write(f"{_once(given.once[0], Path(given.once[1]), Path(given.once[2]))}\n")
        return 0
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # inherited by every process of the run
    place = Path(tempfile.mkdtemp(prefix="duban-bench-"))
    try:
        files = house(given.definitions)
        for name, text in files.items():
            path = place / "definitions" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        taken = measure(place / "definitions", place / "cache", given.rounds)
    finally:
        shutil.rmtree(place)
    median = {name: statistics.median(times) for name, times in taken.items()}
    ratio = {name: median[name] / median["load"] for name in median}
    fine = ratio["check"] <= FIRST and ratio["again"] <= AGAIN
    if given.format == "json":
        answer = {"house": text_of(files), "rounds": taken, "median": median, "ratio": ratio, "fine": fine}
        sys.stdout.write(json.dumps(answer, indent=2) + "\n")
        return 0 if fine else 1
    sys.stdout.write(f"{text_of(files)}; {given.rounds} rounds on one core\n\n")
    sys.stdout.write(f"{'':42}{'median':>9}{'least':>9}{'most':>9}{'ratio':>8}\n")
    for name, times in taken.items():
        limit = {"check": FIRST, "again": AGAIN}.get(name)
        aim = f"  at most {limit}" if limit else ""
        figures = "".join(f"{figure:8.3f}s" for figure in (median[name], min(times), max(times)))
        sys.stdout.write(f"{SAID[name]:42}{figures}{ratio[name]:8.2f}{aim}\n")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
