"""Ways: what a search has found, and what stands in its steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import cast

from workflow.entry import Blocker
from workflow.scenario import GivenTicket, Step, Written
from workflow.scenarios.generating.goals import Goal
from workflow.scenarios.play import Play
from workflow.scenarios.writing import written

MINUTE = dt.timedelta(minutes=1)


@dataclass(slots=True)
class Way:
    """Steps from the beginning, where they lead, and what is shown by them."""

    play: Play
    steps: tuple[Step, ...] = ()
    goals: frozenset[Goal] = frozenset()
    cost: int = 0
    waits: int = 0
    still: frozenset[Hashable] = frozenset()
    """What has fired since the last move."""


@dataclass(slots=True)
class Found:
    """What a search has found: for every goal the shortest way that shows it, and what stood against moves."""

    ways: dict[Goal, Way] = field(default_factory=dict)
    against: dict[tuple[str, str], tuple[Blocker, ...]] = field(default_factory=dict)
    situations: int = 0
    cut: bool = False


def whole_minute(at: dt.datetime) -> dt.datetime:
    """The instant, or the next whole minute."""
    return at if not at.second and not at.microsecond else at.replace(second=0, microsecond=0) + MINUTE


def by_workflow(tickets: Mapping[str, GivenTicket]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number, one in tickets.items():
        found.setdefault(one.workflow, []).append(number)
    return found


def as_written(value: object, play: Play) -> Written:
    if isinstance(value, list):
        return tuple({name: as_written(cell, play) for name, cell in row.items()} for row in value)
    return written(cast("str", value), play.calendar)
