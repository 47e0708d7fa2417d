"""Schedules: how often a definition has its own ticket opened, when each is due, and what it starts with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from workflow.durations import Duration

if TYPE_CHECKING:
    from workflow.conditions import Condition
    from workflow.definition import Field, Text  # each names the other in an annotation

Every = Literal["shift", "day", "week", "month", "quarter", "year", "holiday"]
"""What a schedule has one ticket in."""


@dataclass(frozen=True, slots=True)
class DueDay:
    """The day in a period on which a recurring ticket is due, and the local time on it (None: its end).

    kind          number
    day           counted from 1; beyond the end it is the last day of the period
    working_day   counted from 1; beyond the end it is the last working day
    last_day      None
    last_working  None; a period without a working day has its last day instead, here and above
    weekday       0 for Monday, in a week
    date          the month, with `day` in it, in a year; the 29 February of a short one is its 28th
    """

    kind: Literal["day", "working_day", "last_day", "last_working", "weekday", "date"]
    number: int | None = None
    day: int | None = None
    time: dt.time | None = None


LAST_DAY = DueDay("last_day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One entry of `recurring`: a ticket in every period, at every site or for every party of a register.

    `condition` says for which entries of the register `for_each`: it asks about their columns (`parties.class`), and
    `entry` is that register, as a list with the columns that are asked about: it tells what they are called.
    `opens` is how long before it is due (None: with the period). `due` None is the end of a shift. `set` holds values
    ready to store, and Moments, by fields of the opening form.
    """

    name: str
    text: Text
    every: Every
    for_each: str | None = None
    condition: Condition | None = None
    entry: Field | None = None
    due: DueDay | None = LAST_DAY
    opens: Duration | None = None
    set: Mapping[str, object] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    note: str = ""
