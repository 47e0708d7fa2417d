"""Courses: what comes when, for every instant of whole years at once.

A course gives for each instant another one: when a limit that starts then ends, when somebody is told who was last told
then. Time runs or stands still, and may jump, so a course is a row of pieces that rise as time does or are level. All
that is done with limits, one after another, the earlier of two, the latest start that a firing allows, leads from
courses to courses; so what is worst in the years is read off, exactly, and no starting moment is left out.

Instants are whole numbers of microseconds here; `NEVER` is later than all of them.
"""

from __future__ import annotations

import datetime as dt
import operator
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise

from workflow.promises.pieces import AFTER_ALL, LONG_AGO, NEVER, Piece, Pieces, chosen, ends, joined, stretches

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


def ticks(instant: dt.datetime) -> int:
    return (instant - EPOCH) // MICROSECOND


def instant_at(count: int) -> dt.datetime:
    return EPOCH + count * MICROSECOND


@dataclass(frozen=True, eq=False)
class Course:
    """The pieces in order; the first reaches back and the last goes on without end."""

    pieces: Pieces

    @property
    def never(self) -> bool:
        """Whether it gives nothing for any instant."""
        return len(self.pieces) == 1 and self.pieces[0][1] >= NEVER

    def at(self, instant: int) -> int:
        """What comes for one instant."""
        start, value, rises = self.pieces[self.place(instant)]
        return value + instant - start if rises else value

    def place(self, instant: int) -> int:
        """The number of the piece in which an instant lies."""
        return max(bisect_right(self.pieces, (instant, AFTER_ALL)) - 1, 0)

    def after(self, other: Course) -> Course:
        """First the other, then this one from what the other gave."""
        if self is NOW or other is NOW:
            return other if self is NOW else self
        mine = self.pieces
        made: list[Piece] = []
        for (start, value, rises), end in zip(other.pieces, ends(other.pieces), strict=True):
            place = max(bisect_right(mine, (value, AFTER_ALL)) - 1, 0)
            if not rises:
                own, given, up = mine[place]
                made.append((start, value if abs(value) == NEVER else given + value - own if up else given, False))
                continue
            at, last = start, (value + end - start if end != NEVER else NEVER)
            begin = value
            while True:
                own, given, up = mine[place]
                made.append((at, given + begin - own if up else given, up))
                place += 1
                if place == len(mine) or mine[place][0] >= last:
                    break
                begin = mine[place][0]
                at = start + begin - value
        return Course(joined(made))

    @cached_property
    def latest(self) -> Course:
        """For each instant the latest start from which this course, which must not fall, leads no further."""
        made: list[Piece] = []
        for (start, value, rises), end in zip(self.pieces, ends(self.pieces), strict=True):
            while made and made[-1][0] >= value:
                made.pop()
            if rises:
                made.append((value, start, True))
                if end != NEVER:
                    made.append((value + end - start, end - 1, False))
            else:
                made.append((value, end - 1, False))
        return Course(joined(made))

    def earliest(self) -> Course:
        """For each instant the earliest start from which this course, which must not fall, leads at least to it."""
        made: list[Piece] = []
        top = 0
        for (start, value, rises), end in zip(self.pieces, ends(self.pieces), strict=True):
            if made and top < value:
                made.append((top + 1, start, False))
            if rises:
                made.append((value + 1, start + 1, True) if made else (value, start, True))
            top = value + end - start if rises else value
        return Course(joined(made))

    def lacking(self) -> Course:
        """For each instant the latest until then for which nothing ever comes; the instant itself before the first."""
        made: list[Piece] = []
        found = False
        for start, value, _ in self.pieces:
            lacks = value >= NEVER
            made.append((start, start - 1, False) if found and not lacks else (start, start, True))
            found = found or lacks
        return Course(joined(made))

    def while_ahead(self, other: Course, otherwise: int = NEVER) -> Course:
        """This course as long as the other lies ahead of the instant, elsewhere what is said."""
        return self._while(stretches(other.pieces, NOW.pieces, operator.gt), otherwise)

    def once_past(self, other: Course) -> Course:
        """This course where the other lies ahead no more, and never elsewhere."""
        return self._while(stretches(other.pieces, NOW.pieces, operator.le), NEVER)

    def where(self, one: Course, other: Course) -> Course:
        """This course where the first of two is no earlier than the second, and never elsewhere."""
        return self._while(stretches(one.pieces, other.pieces, operator.ge), NEVER)

    def _while(self, parts: list[tuple[int, bool]], otherwise: int) -> Course:
        """This course in those parts that are wanted, and elsewhere what is said."""
        made: list[Piece] = []
        for (start, wanted), (end, _) in pairwise([*parts, (NEVER, False)]):
            begin = start if made else min(start, self.pieces[0][0])
            if wanted:
                made += self.cut(begin, end)
            else:
                made.append((begin, otherwise, False))
        return Course(joined(made))

    def behind(self, limit: Course) -> Course:
        """This course where it is later than a limit, and long ago elsewhere."""
        return Course(joined(chosen(self.pieces, limit.pieces, operator.gt, LONG_AGO)))

    def cut(self, begin: int, end: int) -> list[Piece]:
        """The pieces from one instant until before another."""
        place = self.place(begin)
        start, value, rises = self.pieces[place]
        first = (begin, value + begin - start if rises else value, rises)
        return [first, *self.pieces[place + 1 : bisect_left(self.pieces, (end,), place + 1)]]

    def longest(self, first: int, last: int) -> tuple[int, int]:
        """The longest time from an instant until what comes for it, from `first` until before `last`, and that instant.

        Of several that are as long, the first.
        """
        found, when = LONG_AGO, first
        for (start, value, rises), end in zip(self.pieces, ends(self.pieces), strict=True):
            begin = max(start, first)
            if begin >= min(end, last):
                continue
            length = value - start if rises else value - begin
            if value >= NEVER:
                return NEVER, begin
            if length > found:
                found, when = length, begin
        return found, when

    def least(self, first: int, last: int) -> int:
        """The least time from an instant until what comes for it, from `first` until before `last`."""
        found = NEVER
        for (start, value, rises), end in zip(self.pieces, ends(self.pieces), strict=True):
            begin, until = max(start, first), min(end, last)
            if begin < until:
                found = min(found, value - start if rises else value - until + 1)
        return found

    def worst(self, first: int, last: int, length: int, most: int) -> list[int]:
        """Instants for which what comes is exactly so far away, at most so many, from all over the years."""
        found: list[int] = []
        for (start, value, rises), end in zip(self.pieces, ends(self.pieces), strict=True):
            begin, until = max(start, first), min(end, last)
            if begin >= until:
                continue
            if value >= NEVER or rises:
                if (NEVER if value >= NEVER else value - start) == min(length, NEVER):
                    found += [begin, (begin + until) // 2, until - 1]
            elif value - begin == length:
                found.append(begin)
        found = list(dict.fromkeys(found))
        step = -(-len(found) // most) or 1
        return found[::step]


class Kept:
    """Courses that are worked out once, by all that they follow from."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Course] = {}

    def once(self, key: Hashable, made: Callable[[], Course]) -> Course:
        if key not in self._known:
            self._known[key] = made()
        return self._known[key]


NOW = Course(((0, 0, True),))
"""The course on which everything comes at once."""

NOTHING = Course(((0, NEVER, False),))
"""The course on which nothing ever comes."""


def earlier(first: Course, second: Course) -> Course:
    """Whichever of two comes first."""
    if first.never or second.never:
        return second if first.never else first
    return Course(joined(chosen(first.pieces, second.pieces, operator.le)))


def later(first: Course, second: Course) -> Course:
    """Whichever of two comes last."""
    if first.never or second.never:
        return first if first.never else second
    return Course(joined(chosen(first.pieces, second.pieces, operator.ge)))


def earliest_of(courses: Iterable[Course]) -> Course:
    return reduce(earlier, courses, NOTHING)


def shifted(by: int) -> Course:
    """The course on which all comes so much later."""
    return Course(((0, by, True),))
