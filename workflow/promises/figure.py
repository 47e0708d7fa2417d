"""What is proved of an open state: how long a ticket may rest there until somebody is told, and how that comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["first_telling", "longest_silence", "unheard", "paused"]
"""Of a state: from entering it until somebody is told, and from any moment in it. Of a ticket's whole life: from its
opening until somebody is told, and how long a clock of it is paused in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One move of the way to a silence; `state` and `workflow` are those after it, `fields` as they were typed."""

    move: str
    at: dt.datetime
    state: str
    workflow: str
    fields: Mapping[str, object] = field(default_factory=dict)
    by_clock: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who breaks a silence: a reminder, or a level of a deadline."""

    kind: Literal["deadline", "reminder"]
    name: str
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The longest that a ticket may rest in a state until the next telling, whatever has happened before.

    `longest` is None where nobody is ever told. The silence begins at `start` and ends at `told_at`, broken by
    `source`. It is `exact` if a history that shows it replays through deciding and settling, which is then the `path`;
    otherwise it is an upper bound, and the path only one that leads to the state. `loop` has the moves that go round
    without end, where that is why nobody is ever told.
    """

    workflow: str
    state: str
    kind: Kind
    longest: dt.timedelta | None
    start: dt.datetime | None
    told_at: dt.datetime | None = None
    path: tuple[Step, ...] = ()
    exact: bool = False
    source: Source | None = None
    loop: tuple[str, ...] = ()
