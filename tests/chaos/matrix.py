"""Rows of the fault matrix: how often each is tried, and how often what must be kept was kept."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from service import doctor
from service.db import reading
from service.findings import Finding
from service.whole import whole
from tests.chaos import base_load
from tests.chaos.checker import Evidence, check
from tests.chaos.scene import Scene, Stage
from tests.chaos.stored import look

BOTH = ("sqlite", "postgresql")

EVERY = 0
"""As many tries as there are points: counted, not sampled."""


@dataclass(slots=True)
class Tally:
    """What became of the tries of a row, `of` what; `notes` say what a reader of the figure has to know."""

    of: str = ""
    quiet: bool = False
    tried: int = 0
    survived: int = 0
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _said: float = field(default_factory=time.monotonic)

    def count(self, what: str, faults: list[str] | None = None) -> None:
        """One try, and what was wrong afterwards."""
        self.tried += 1
        if faults:
            self.faults += [f"{what}: {fault}" for fault in faults]
            for fault in faults[:5]:
                self.say(f"LOST after {what}: {fault}")
        else:
            self.survived += 1
        if time.monotonic() - self._said > 5:
            self.say(f"{self.survived} of {self.tried}, {what}")

    def count_many(self, tries: int, what: str, faults: list[str]) -> None:
        """So many tries that were checked together: each fault is one that was lost."""
        lost = min(tries, len(faults))
        for number in range(tries):
            self.count(f"{what}, {number + 1}", [faults[number]] if number < lost else None)
        self.faults += faults[lost:]

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def say(self, line: str) -> None:
        self._said = time.monotonic()
        if not self.quiet:
            sys.stdout.write(f"    {self.of}: {line}\n")
            sys.stdout.flush()


class LeftOut(Exception):
    """A row cannot be run here, and says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: `what` is done, what it `keeps`, how often (`n`), and how often in a short run (`few`).

    With `own_server` it stops or kills the server of PostgreSQL.
    """

    name: str
    what: str
    keeps: str
    run: Callable[[Stage, Tally, int], None]
    n: int
    few: int
    databases: tuple[str, ...] = BOTH
    own_server: bool = False


def checked(scene: Scene, *numbers: str, **more: Any) -> list[str]:
    """Every fault that the checker and the doctor find in a scene, or in some tickets of it and their kin.

    Of the base load it is seen that nobody has touched it.
    """
    stored = look(scene.app, scene.now, numbers or None)
    calls = [call for call in scene.journal.calls if not numbers or call.ticket in numbers]
    faults = check(Evidence(stored=stored, calls=calls, settled=scene.settled_at, **more))
    faults += examined(scene.app, list(stored.ids))
    if scene.lies_there and not numbers and scene.lies_there != (now := base_load.signature(scene.app)):
        faults.append(f"the base load was {scene.lies_there}, and is {now}")
    return faults


def examined(app: Flask, ids: Sequence[int]) -> list[str]:
    """What `duban doctor` finds on tickets: what is stored, its clocks and timers first, and what the history says."""
    faults = []
    pinned = doctor.Pinned()
    for begin in range(0, len(ids), doctor.PAGE):
        with app.app_context(), reading() as session:
            found = whole(session, ids[begin : begin + doctor.PAGE])
            pinned.read(session, found)
        for one in found:
            case = doctor.diagnose(one, pinned)
            if case is not None:
                faults.append(f"doctor: {case.number}: {'; '.join(_said(finding) for finding in case.findings)}")
    return faults


def _said(finding: Finding) -> str:
    if finding.text is not None:
        return finding.text.en
    return f"{finding.what} {finding.name} {finding.column} is {finding.stored!r}, by its history {finding.derived!r}"


def spread(points: int, few: int) -> list[int]:
    """So many of the points, from the first to the last; all of them where that is as many."""
    if few == EVERY or few >= points:
        return list(range(1, points + 1))
    return sorted({1 + round(step * (points - 1) / max(few - 1, 1)) for step in range(few)})


def rows() -> Mapping[str, Row]:
    """All rows, by name, in the order of the matrix."""
    from tests.chaos.rows import ALL

    return {row.name: row for row in ALL}
