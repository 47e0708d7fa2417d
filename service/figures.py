"""Figures of what processes do: counts and times that only grow, added up over all processes that were forked together.

Each process counts what it has done itself, in a part of shared memory that only it writes, so that no two wait for
each other; whichever of them is asked adds up all parts. A process that takes the place of another goes on with its
part: a count never falls. What stands in the database is no business of these figures: that is asked there.
"""

from __future__ import annotations

import mmap
import os
import struct
import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PART_BYTES = 256 * 1024
"""Room for the figures of one process; memory that is not used is not there."""

_HEAD = struct.Struct("<Q")
_PROCESS = struct.Struct("<Q")
"""The id of the process that writes to a part, at the end of it; 0 if none ever did."""

_LENGTH = struct.Struct("<II")
_VALUE = struct.Struct("<d")

_ROOM = _PART_BYTES - _PROCESS.size

_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LATE = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 60.0, 600.0, 3600.0, 86400.0)


@dataclass(frozen=True, slots=True)
class Family:
    """One figure: what it means, and for times (in seconds) the bounds by which they are told apart."""

    says: str
    bounds: tuple[float, ...] = ()


FAMILIES: Mapping[str, Family] = {
    "duban_requests_total": Family("Calls over HTTP that were answered, by method, route and status."),
    "duban_request_duration_seconds": Family("How long calls over HTTP took, by method and route.", _QUICK),
    "duban_refusals_total": Family("Calls that were refused or failed, by the code of their problem."),
    "duban_moves_total": Family("Moves that people made."),
    "duban_fired_total": Family("Timers that fired, by kind."),
    "duban_lateness_seconds": Family("How long after it was due a timer fired, until it was recorded.", _LATE),
    "duban_notices_delivered_total": Family("Notices that were delivered."),
    "duban_notices_not_taken_total": Family("Attempts to deliver a notice that failed; all but the last are repeated."),
    "duban_notices_failed_total": Family("Notices that were given up, after a day of attempts."),
    "duban_set_aside_total": Family("Tickets that a sweep has set aside because settling them raised."),
}
"""Every figure that is counted. Lost races are refusals: version_stale and changed_meanwhile."""


MEMORY = "process_resident_memory_bytes"


class Figures:
    """The figures of this process, and of those that share its memory: made before they are forked."""

    def __init__(self, parts: int = 1) -> None:
        self.parts = parts
        self._memory = mmap.mmap(-1, parts * _PART_BYTES)
        self._lock = threading.Lock()
        self.write_to(0)

    def write_to(self, part: int) -> None:
        """Count in this part from now on, going on from what is there; no other process may write to it."""
        with self._lock:
            self._start = part * _PART_BYTES
            _PROCESS.pack_into(self._memory, self._start + _ROOM, os.getpid())
            self._places = {key: place for key, place, _ in self._entries(part)}
            self._found: dict[tuple[str, ...], int] = {}  # the same without putting the text of a key together

    def count(self, name: str, by: float = 1, **labels: str) -> None:
        """Something has happened."""
        with self._lock:
            self._add(name, labels, "", by)

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Something took so long."""
        bounds = FAMILIES[name].bounds
        with self._lock:
            self._add(name, labels, f"{bisect_left(bounds, seconds)}", 1)
            self._add(name, labels, "sum", seconds)

    def _add(self, name: str, labels: Mapping[str, str], part: str, by: float) -> None:
        asked = (name, part, *labels, *labels.values())
        place = self._found.get(asked)
        if place is None:
            key = "\0".join((name, part, ",".join(f'{label}="{_escaped(value)}"' for label, value in labels.items())))
            place = self._places.get(key) or self._new(key)
            if place is None:
                return
            self._found[asked] = place
        (value,) = _VALUE.unpack_from(self._memory, place)
        _VALUE.pack_into(self._memory, place, value + by)

    def _new(self, key: str) -> int | None:
        """A place for a new key, which readers see once all of it is there; None if there is no room."""
        text = key.encode()
        (used,) = _HEAD.unpack_from(self._memory, self._start)
        length = len(text) + -len(text) % 8
        begins = self._start + _HEAD.size + used
        if used + _HEAD.size + _LENGTH.size + length + _VALUE.size > _ROOM:
            return None
        _LENGTH.pack_into(self._memory, begins, length, len(text))
        self._memory[begins + _LENGTH.size : begins + _LENGTH.size + len(text)] = text
        place: int = begins + _LENGTH.size + length
        _VALUE.pack_into(self._memory, place, 0.0)
        _HEAD.pack_into(self._memory, self._start, place + _VALUE.size - self._start - _HEAD.size)
        self._places[key] = place
        return place

    def _entries(self, part: int) -> Iterable[tuple[str, int, float]]:
        start = part * _PART_BYTES
        (used,) = _HEAD.unpack_from(self._memory, start)
        place = start + _HEAD.size
        while place < start + _HEAD.size + used:
            length, size = _LENGTH.unpack_from(self._memory, place)
            place += _LENGTH.size
            key = self._memory[place : place + size].decode()
            place += length
            yield key, place, _VALUE.unpack_from(self._memory, place)[0]
            place += _VALUE.size

    def exposition(self) -> str:
        """All of it in the text format of Prometheus, added up."""
        found: dict[str, dict[str, dict[str, float]]] = {}
        for part in range(self.parts):
            for key, _, value in self._entries(part):
                name, piece, labels = key.split("\0")
                pieces = found.setdefault(name, {}).setdefault(labels, {})
                pieces[piece] = pieces.get(piece, 0.0) + value
        lines: list[str] = []
        for name, family in FAMILIES.items():
            lines += [f"# HELP {name} {family.says}", f"# TYPE {name} {'histogram' if family.bounds else 'counter'}"]
            of_family = found.get(name) or ({} if family.bounds else {"": {"": 0.0}})
            for labels, pieces in sorted(of_family.items()):
                if family.bounds:
                    lines += _histogram(name, family.bounds, labels, pieces)
                else:
                    lines.append(sample(name, pieces[""], labels))
        return "\n".join(lines) + "\n"

    def memory(self) -> str:
        """What each of these processes has in memory just now, as text for Prometheus; nothing where no system tells.

        Pages that forked processes share count in each of them.
        """
        found = {}
        for part in range(self.parts):
            (process,) = _PROCESS.unpack_from(self._memory, part * _PART_BYTES + _ROOM)
            with suppress(OSError, IndexError, ValueError):  # it has ended, or this is no Linux
                pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
                found[part] = float(pages * mmap.PAGESIZE)
        if not found:
            return ""
        lines = [f"# HELP {MEMORY} Resident memory of each worker, or of the only process.", f"# TYPE {MEMORY} gauge"]
        return "\n".join([*lines, *(sample(MEMORY, size, f'worker="{part}"') for part, size in found.items())]) + "\n"


def _histogram(name: str, bounds: tuple[float, ...], labels: str, pieces: Mapping[str, float]) -> list[str]:
    lines, passed = [], 0.0
    for position, bound in enumerate((*(f"{one:g}" for one in bounds), "+Inf")):
        passed += pieces.get(str(position), 0.0)
        below = f'le="{bound}"'
        lines.append(sample(f"{name}_bucket", passed, labels, below))
    return [*lines, sample(f"{name}_sum", pieces.get("sum", 0.0), labels), sample(f"{name}_count", passed, labels)]


def sample(name: str, value: float, *labels: str) -> str:
    """One line of an exposition."""
    return f"{name}{_braced(*labels)} {int(value) if value == int(value) else repr(value)}"


def _braced(*labels: str) -> str:
    said = ",".join(filter(None, labels))
    return f"{{{said}}}" if said else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n").replace("\0", "")
