"""What all have in common that fire deadlines in a process of their own: how late each commit was, and telling it."""

from __future__ import annotations

import datetime as dt
import json
import sys
import threading
from pathlib import Path

from service.now import instant_here


def instant(text: str) -> dt.datetime:
    """An instant as the command line has it."""
    return dt.datetime.fromisoformat(text)


class Fired:
    """How many seconds after `due` each was committed."""

    def __init__(self, due: dt.datetime) -> None:
        self.due = due
        self.late: list[float] = []
        self._resting = 0.0
        self._lock = threading.Lock()

    def announce(self) -> None:
        """Says that it is ready, and notes the memory that it holds at rest."""
        self._resting = megabytes()
        sys.stdout.write("ready\n")
        sys.stdout.flush()

    def committed(self, count: int) -> None:
        """So many have been committed just now."""
        late = (instant_here() - self.due).total_seconds()
        if late < 0:
            return  # what was due before is not what is measured
        with self._lock:
            self.late += [late] * count

    def tell(self) -> None:
        """Writes a line of JSON: how late, and the memory held at rest, now, and at the most, in MB."""
        answer = {"late": self.late, "resting": self._resting, "megabytes": megabytes(), "most": most_megabytes()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def most_megabytes(pid: int | str = "self") -> float:
    """The most memory that a process has held so far."""
    return _status(pid, "VmHWM:")


def megabytes(pid: int | str = "self") -> float:
    """The memory that a process holds."""
    return _status(pid, "VmRSS:")


def _status(pid: int | str, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return float("nan")


def until(due: dt.datetime) -> None:
    """Waits for an instant."""
    while (left := (due - instant_here()).total_seconds()) > 0:
        threading.Event().wait(left)
