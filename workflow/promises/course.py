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
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise

NEVER = 1 << 62
LONG_AGO = -NEVER
"""Earlier than all: what the latest of nothing is."""

_AFTER_ALL = 1 << 63
"""Behind everything that a piece may give: (instant, _AFTER_ALL) lies behind all pieces that begin until then."""

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)

Piece = tuple[int, int, bool]
"""From when, what comes then, and whether that rises as time does."""


def ticks(instant: dt.datetime) -> int:
    return (instant - EPOCH) // MICROSECOND


def instant_at(count: int) -> dt.datetime:
    return EPOCH + count * MICROSECOND


Better = Callable[[int, int], bool]
"""Whether the first of two instants is the one that is wanted."""


@dataclass(frozen=True, eq=False)
class Course:
    """The pieces in order; the first reaches back and the last goes on without end."""

    pieces: tuple[Piece, ...]

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
        return max(bisect_right(self.pieces, (instant, _AFTER_ALL)) - 1, 0)

    def after(self, other: Course) -> Course:
        """First the other, then this one from what the other gave."""
        if self is NOW or other is NOW:
            return other if self is NOW else self
        mine = self.pieces
        made: list[Piece] = []
        for (start, value, rises), end in zip(other.pieces, _ends(other), strict=True):
            place = max(bisect_right(mine, (value, _AFTER_ALL)) - 1, 0)
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
        return Course(_joined(made))

    @cached_property
    def latest(self) -> Course:
        """For each instant the latest start from which this course, which must not fall, leads no further."""
        made: list[Piece] = []
        for (start, value, rises), end in zip(self.pieces, _ends(self), strict=True):
            while made and made[-1][0] >= value:
                made.pop()
            if rises:
                made.append((value, start, True))
                if end != NEVER:
                    made.append((value + end - start, end - 1, False))
            else:
                made.append((value, end - 1, False))
        return Course(_joined(made))

    def earliest(self) -> Course:
        """For each instant the earliest start from which this course, which must not fall, leads at least to it."""
        made: list[Piece] = []
        top = 0
        for (start, value, rises), end in zip(self.pieces, _ends(self), strict=True):
            if made and top < value:
                made.append((top + 1, start, False))
            if rises:
                made.append((value + 1, start + 1, True) if made else (value, start, True))
            top = value + end - start if rises else value
        return Course(_joined(made))

    def lacking(self) -> Course:
        """For each instant the latest until then for which nothing ever comes; the instant itself before the first."""
        made: list[Piece] = []
        found = False
        for start, value, _ in self.pieces:
            lacks = value >= NEVER
            made.append((start, start - 1, False) if found and not lacks else (start, start, True))
            found = found or lacks
        return Course(_joined(made))

    def while_ahead(self, other: Course, otherwise: int = NEVER) -> Course:
        """This course as long as the other lies ahead of the instant, elsewhere what is said."""
        return self._while(_stretches(other, NOW, operator.gt), otherwise)

    def once_past(self, other: Course) -> Course:
        """This course where the other lies ahead no more, and never elsewhere."""
        return self._while(_stretches(other, NOW, operator.le), NEVER)

    def where(self, one: Course, other: Course) -> Course:
        """This course where the first of two is no earlier than the second, and never elsewhere."""
        return self._while(_stretches(one, other, operator.ge), NEVER)

    def _while(self, stretches: list[tuple[int, bool]], otherwise: int) -> Course:
        """This course in those stretches that are wanted, and elsewhere what is said."""
        made: list[Piece] = []
        for (start, wanted), (end, _) in pairwise([*stretches, (NEVER, False)]):
            begin = start if made else min(start, self.pieces[0][0])
            if wanted:
                made += self.cut(begin, end)
            else:
                made.append((begin, otherwise, False))
        return Course(_joined(made))

    def behind(self, limit: Course) -> Course:
        """This course where it is later than a limit, and long ago elsewhere."""
        return Course(_joined(_chosen(self, limit, operator.gt, LONG_AGO)))

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
        for (start, value, rises), end in zip(self.pieces, _ends(self), strict=True):
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
        for (start, value, rises), end in zip(self.pieces, _ends(self), strict=True):
            begin, until = max(start, first), min(end, last)
            if begin < until:
                found = min(found, value - start if rises else value - until + 1)
        return found

    def worst(self, first: int, last: int, length: int, most: int) -> list[int]:
        """Instants for which what comes is exactly so far away, at most so many, from all over the years."""
        found: list[int] = []
        for (start, value, rises), end in zip(self.pieces, _ends(self), strict=True):
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
    return Course(_joined(_chosen(first, second, operator.le)))


def later(first: Course, second: Course) -> Course:
    """Whichever of two comes last."""
    if first.never or second.never:
        return first if first.never else second
    return Course(_joined(_chosen(first, second, operator.ge)))


def earliest_of(courses: Iterable[Course]) -> Course:
    return reduce(earlier, courses, NOTHING)


def shifted(by: int) -> Course:
    """The course on which all comes so much later."""
    return Course(((0, by, True),))


def _ends(course: Course) -> list[int]:
    return [piece[0] for piece in course.pieces[1:]] + [NEVER]


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces without those that only go on as the one before."""
    made: list[Piece] = []
    begin = before = 0
    up: bool | None = None
    for piece in pieces:
        start, value, rises = piece
        if value >= NEVER and (rises or value > NEVER):
            piece = start, value, rises = start, NEVER, False
        if rises is up and value == (before + start - begin if up else before):
            continue
        begin, before, up = start, value, rises
        made.append(piece)
    return tuple(made)


def _chosen(first: Course, second: Course, better: Better, otherwise: int | None = None) -> list[Piece]:
    """The first where it is better; elsewhere the second, or what is said."""
    made: list[Piece] = []
    for at, mine, up, its, its_up in _side_by_side(first, second):
        if better(mine, its):
            made.append((at, mine, up))
        elif otherwise is None:
            made.append((at, its, its_up))
        else:
            made.append((at, otherwise, False))
    return made


def _stretches(first: Course, second: Course, better: Better) -> list[tuple[int, bool]]:
    """From when on the first of two is better, from when on not, and so on."""
    made: list[tuple[int, bool]] = []
    last: bool | None = None
    for at, mine, _, its, _ in _side_by_side(first, second):
        wanted = better(mine, its)
        if wanted is not last:
            made.append((at, wanted))
            last = wanted
    return made


def _side_by_side(first: Course, second: Course) -> Iterator[tuple[int, int, bool, int, bool]]:
    """From each instant on what the two courses give and whether that rises, cut where either turns and they cross."""
    one, other = [*first.pieces, (NEVER, NEVER, False)], [*second.pieces, (NEVER, NEVER, False)]
    start, value, up = one[0]
    its_start, its_value, its_up = other[0]
    following, its_following = one[1][0], other[1][0]
    i = j = 1
    at = min(start, its_start)
    while True:
        end = min(following, its_following)
        mine = value + at - start if up else value
        its = its_value + at - its_start if its_up else its_value
        yield at, mine, up, its, its_up
        if up is not its_up and abs(mine) != NEVER and abs(its) != NEVER:
            # They meet where the one that rises has made up for what it is behind.
            meet = at + (its - mine if up else mine - its)
            for cut in (meet, meet + 1):
                if at < cut < end:
                    yield cut, mine + cut - at if up else mine, up, its + cut - at if its_up else its, its_up
        if end == NEVER:
            return
        at = end
        if following == end:
            start, value, up = one[i]
            i += 1
            following = one[i][0]
        if its_following == end:
            its_start, its_value, its_up = other[j]
            j += 1
            its_following = other[j][0]
