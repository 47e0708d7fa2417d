"""What a measurement runs with: databases, how thorough to be, rounds in turn, processes, and a way to be heard."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.databases import Databases

ROOT = Path(__file__).parents[1]

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Run:
    """One run of the command. `quick` asks for as little as shows that everything works; its figures mean nothing."""

    databases: Databases
    quick: bool = False
    started: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        """How far it is, with the minutes that have passed, on standard error."""
        minutes, seconds = divmod(int(time.monotonic() - self.started), 60)
        sys.stderr.write(f"{minutes:3}:{seconds:02} {text}\n")
        sys.stderr.flush()

    def sized(self, whole: int, quick: int) -> int:
        """How much of something."""
        return quick if self.quick else whole

    def in_turn(self, cases: Mapping[str, Callable[[], T]], rounds: int, what: str) -> dict[str, list[T]]:
        """What the cases give, round after round, each round beginning with another one of them."""
        names = list(cases)
        given: dict[str, list[T]] = {name: [] for name in names}
        for number in range(rounds):
            self.say(f"{what}: round {number + 1} of {rounds}")
            first = number % len(names)
            for name in names[first:] + names[:first]:
                gc.collect()
                given[name].append(cases[name]())
        return given


class Child:
    """A Python module of ours in a process of its own that is spoken to by lines, and ends when this one does."""

    def __init__(self, module: str, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def line(self) -> str:
        """The next line that it writes; RuntimeError if it has ended."""
        assert self.process.stdout is not None
        found = self.process.stdout.readline()
        if not found:
            raise RuntimeError(f"{' '.join(self.process.args[2:])} has ended with {self.process.wait()}")  # type: ignore[index]
        return found.strip()

    def ask(self, **told: object) -> Any:
        """Tells it something, and gives what it answers."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        return json.loads(self.line())

    def close(self) -> None:
        """Ends it: by the end of its input, and if that is not heard, by force."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends it, and all that it has started, at once."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@contextmanager
def children(*wanted: tuple[str, ...]) -> Iterator[list[Child]]:
    """Processes, each by its module and words, for as long as the block lasts."""
    begun: list[Child] = []
    try:
        begun.extend(Child(*words) for words in wanted)
        yield begun
    finally:
        for one in begun:
            one.close()


def processes_of(pid: int) -> list[int]:
    """A process and all that it has started, as far as they live."""
    found = [pid]
    for one in found:
        try:
            text = Path(f"/proc/{one}/task/{one}/children").read_text()
        except OSError:
            continue
        found += [int(each) for each in text.split()]
    return found


def processor_seconds(pid: int) -> float:
    """What a process and those that it has started have spent so far."""
    ticks = 0
    for one in processes_of(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
