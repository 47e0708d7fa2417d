"""Sources: what tells somebody in a configuration, and when, for every place at which its clock may stand.

A source is a level or a reminder that is certain to tell. When it first comes follows from one instant, the start of
its clock (or the typed date that is its limit), and never sooner from a later start. Sources with the same start are
one group: whatever the start, the first of them breaks the silence. So the longest silence of a group after an instant
comes from the latest start at which the clock may have begun, or from the latest at which one more of its sources has
come: those are its places, and there are no others to look at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce

from workflow.durations import Duration
from workflow.promises.course import NOTHING, NOW, Course, Kept, earlier, earliest_of, later
from workflow.promises.keys import Timed
from workflow.promises.pieces import LONG_AGO, NEVER


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Due:
    """A source: when it first comes, by the start, and when the next one comes at the latest after some instant.

    `moves_on`: the ticket is elsewhere after the first. `spent`: the first is over. `unfired`: it has not come yet, so
    that it is made up for at once if it is past; but not if it is `skipped` then. `sure`, where that is not `first`:
    when it first comes by the starts for which it does, and never for the others. `counted`: when it comes if its clock
    begins now, for what counts on from a date that may have been past already when the clock began.
    """

    timed: Timed
    first: Course
    every: Duration | None = None
    at: dt.time | None = None
    sure: Course | None = None
    counted: Course | None = None
    again: Course | None = None
    moves_on: bool = False
    spent: bool = False
    unfired: bool = False
    skipped: bool = False

    @property
    def sign(self) -> tuple[object, ...]:
        """What distinguishes it from others of its level."""
        return (self.timed, self.again is None, self.moves_on, self.spent, self.unfired, self.skipped)

    @property
    def at_once(self) -> bool:
        return self.unfired and not self.skipped

    def comes(self, start: Course) -> Course:
        """When it first comes by a start."""
        return (self.sure or self.first).after(start)

    def told(self, start: Course) -> Course:
        """When it comes next, at the latest, if its clock stands so."""
        if self.spent:
            return self.again or NOTHING
        first = self.comes(start)
        latest = self.at_latest(first)
        if self.at_once:
            return later(latest, NOW)
        ahead = latest.while_ahead(first)
        return ahead if self.again is None else earlier(ahead, self.again.once_past(first))

    def at_latest(self, first: Course) -> Course:
        """When it comes at the latest whose date alone would have it come `first`."""
        return first if self.counted is None else later(first, self.counted)

    def told_at(self, start: int, when: int) -> int:
        """The same for one start and one instant."""
        first = (self.sure or self.first).at(start)
        latest = first if self.counted is None else max(first, self.counted.at(when))
        if self.at_once:
            return max(latest, when)
        if first > when and not self.spent:
            return latest
        return NEVER if self.again is None else self.again.at(when)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A start, for every instant, and when its group then tells next."""

    start: Course
    told: Course


@dataclass(slots=True, kw_only=True, eq=False)
class Group:
    """Sources with one start, which is at the latest `bound`; `pinned`: it is just that. `now` are the
    starting moments. What groups have in common is `kept`.

    `told` is when the first of them tells, at the latest, after each instant of the years.
    """

    dues: tuple[Due, ...]
    bound: Course
    now: Course
    kept: Kept = field(repr=False)
    pinned: bool = False
    places: tuple[Place, ...] = field(init=False)
    told: Course = field(init=False)

    def __post_init__(self) -> None:
        self.places = tuple(self._places())
        self.told = reduce(later, (place.told for place in self.places))

    def _places(self) -> Iterator[Place]:
        starts = [self.bound]
        past = (due for due in self.dues if not (self.pinned or due.spent or due.moves_on or due.at_once))
        starts += [self._start(due) for due in past]
        for due in self.dues:
            if due.sure is not None and not self.pinned:
                lacking = due.sure.lacking()
                starts += [lacking.after(start) for start in starts]
        for start in starts:
            yield self._place(start)

    def _start(self, due: Due) -> Course:
        """The latest start with which a source has come."""
        sign = "start", self.bound, due.first
        return self.kept.once(sign, lambda: earlier(self.bound, due.first.latest.after(self.now)))

    def _told(self, due: Due, start: Course) -> Course:
        sign = due.sure or due.first, due.again, due.spent, due.at_once
        return self.kept.once(("told", sign, start), lambda: due.told(start))

    def _place(self, start: Course) -> Place:
        """Where the clock stands with a start; one at which the ticket is already elsewhere tells long ago."""
        told = earliest_of(self._told(due, start) for due in self.dues)
        for due in self.dues:
            if due.moves_on and not due.spent and not due.at_once:
                told = told.while_ahead(due.at_latest(due.comes(start)), LONG_AGO)
        return Place(start, told)
