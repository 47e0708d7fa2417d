"""Courses: what comes when, for every instant of whole years at once.

A course gives for each instant another one: when a limit that starts then ends, when somebody is told who was last told
then. Time runs or stands still, and may jump, so a course is a row of pieces that rise as time does or are level. All
that is done with limits, one after another, the earlier of two, the latest start that a firing allows, leads from
courses to courses; so what is worst in the years is read off, exactly, and no starting moment is left out.

Instants are whole numbers of microseconds here; `NEVER` is later than all of them.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass

NEVER = 1 << 62
LONG_AGO = -NEVER
"""Earlier than all: what the latest of nothing is."""

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)

Piece = tuple[int, int, bool]
"""From when, what comes then, and whether that rises as time does."""


def ticks(instant: dt.datetime) -> int:
    return (instant - EPOCH) // MICROSECOND


def instant_at(count: int) -> dt.datetime:
    return EPOCH + count * MICROSECOND


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """The pieces in order; the first reaches back and the last goes on without end."""

    pieces: tuple[Piece, ...]

    def at(self, instant: int) -> int:
        """What comes for one instant."""
        place = bisect_right(self.pieces, instant, key=_start) - 1
        start, value, rises = self.pieces[max(place, 0)]
        return value + instant - start if rises else value

    def after(self, other: Course) -> Course:
        """First the other, then this one from what the other gave."""
        if self is NOW or other is NOW:
            return other if self is NOW else self
        mine = self.pieces
        made: list[Piece] = []
        for (start, value, rises), end in zip(other.pieces, _ends(other), strict=True):
            place = max(bisect_right(mine, value, key=_start) - 1, 0)
            if not rises:
                made.append((start, value if abs(value) == NEVER else self.at(value), False))
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

    def latest(self) -> Course:
        """For each instant the latest start from which this course, which must not fall, leads no further."""
        made: list[Piece] = []
        for (start, value, rises), end in zip(self.pieces, _ends(self), strict=True):
            if rises:
                _put(made, (value, start, True))
                if end != NEVER:
                    _put(made, (value + end - start, end - 1, False))
            else:
                _put(made, (value, end - 1, False))
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
        return self._while(other, True, otherwise)

    def once_past(self, other: Course) -> Course:
        """This course where the other lies ahead no more, and never elsewhere."""
        return self._while(other, False, NEVER)

    def where(self, one: Course, other: Course) -> Course:
        """This course where the first of two is no earlier than the second, and never elsewhere."""
        return self._by(_where(one, other, lambda its, others: its >= others, LONG_AGO), NEVER)

    def _while(self, other: Course, ahead: bool, otherwise: int) -> Course:
        if ahead:
            return self._by(_where(other, NOW, lambda its, now: its > now, LONG_AGO), otherwise)
        return self._by(_where(other, NOW, lambda its, now: its <= now, LONG_AGO), otherwise)

    def _by(self, mask: list[Piece], otherwise: int) -> Course:
        """This course, but where a mask is long ago, what is said."""
        made: list[Piece] = []
        ends = [piece[0] for piece in mask[1:]] + [NEVER]
        for (start, value, _), end in zip(mask, ends, strict=True):
            begin = start if made else min(start, self.pieces[0][0])
            if value != LONG_AGO:
                made += self.cut(begin, end)
            else:
                made.append((begin, otherwise, False))
        return Course(_joined(made))

    def behind(self, limit: Course) -> Course:
        """This course where it is later than a limit, and long ago elsewhere."""
        return Course(_joined(_where(self, limit, lambda mine, others: mine > others, LONG_AGO)))

    def cut(self, begin: int, end: int) -> list[Piece]:
        """The pieces from one instant until before another."""
        place = max(bisect_right(self.pieces, begin, key=_start) - 1, 0)
        start, value, rises = self.pieces[place]
        found = [(begin, value + begin - start if rises else value, rises)]
        for piece in self.pieces[place + 1 :]:
            if piece[0] >= end:
                break
            found.append(piece)
        return found

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


NOW = Course(((0, 0, True),))
"""The course on which everything comes at once."""

NOTHING = Course(((0, NEVER, False),))
"""The course on which nothing ever comes."""


def earlier(first: Course, second: Course) -> Course:
    """Whichever of two comes first."""
    return Course(_joined(_chosen(first, second, lambda one, other: one <= other)))


def later(first: Course, second: Course) -> Course:
    """Whichever of two comes last."""
    return Course(_joined(_chosen(first, second, lambda one, other: one >= other)))


def earliest_of(courses: Iterable[Course]) -> Course:
    found = NOTHING
    for one in courses:
        found = one if found is NOTHING else earlier(found, one)
    return found


def shifted(by: int) -> Course:
    """The course on which all comes so much later."""
    return Course(((0, by, True),))


def _start(piece: Piece) -> int:
    return piece[0]


def _ends(course: Course) -> list[int]:
    return [piece[0] for piece in course.pieces[1:]] + [NEVER]


def _put(made: list[Piece], piece: Piece) -> None:
    """Add a piece; it takes the place of those that begin with it or behind it."""
    while made and made[-1][0] >= piece[0]:
        made.pop()
    made.append(piece)


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces without those that only go on as the one before."""
    made: list[Piece] = []
    for start, value, rises in pieces:
        if value >= NEVER:
            value, rises = NEVER, False
        if made:
            begin, before, up = made[-1]
            if up == rises and value == (before + start - begin if up else before):
                continue
        made.append((start, value, rises))
    return tuple(made)


def _chosen(first: Course, second: Course, better: Callable[[int, int], bool]) -> list[Piece]:
    """The pieces of whichever is better, piece by piece, cut where they cross."""
    return _where(first, second, better, None)


def _where(first: Course, second: Course, better: Callable[[int, int], bool], otherwise: int | None) -> list[Piece]:
    """The first where it is better; elsewhere the second, or what is said."""
    made: list[Piece] = []
    one, other = first.pieces, second.pieces
    i = j = 0
    at = min(one[0][0], other[0][0])
    while True:
        mine = one[i][1] + at - one[i][0] if one[i][2] else one[i][1]
        its = other[j][1] + at - other[j][0] if other[j][2] else other[j][1]
        up, its_up = one[i][2], other[j][2]
        end = min(one[i + 1][0] if i + 1 < len(one) else NEVER, other[j + 1][0] if j + 1 < len(other) else NEVER)
        cuts = [at]
        if up != its_up and abs(mine) != NEVER and abs(its) != NEVER:
            # They meet where the one that rises has made up for what it is behind.
            meet = at + (its - mine if up else mine - its)
            cuts += [cut for cut in (meet, meet + 1) if at < cut < end]
        for cut in cuts:
            value = mine + cut - at if up else mine
            its_value = its + cut - at if its_up else its
            if better(value, its_value):
                made.append((cut, value, up))
            elif otherwise is None:
                made.append((cut, its_value, its_up))
            else:
                made.append((cut, otherwise, False))
        if end == NEVER:
            return made
        at = end
        if i + 1 < len(one) and one[i + 1][0] == end:
            i += 1
        if j + 1 < len(other) and other[j + 1][0] == end:
            j += 1
