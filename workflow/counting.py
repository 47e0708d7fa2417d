"""Counts: how much of a unit has passed until an instant, and when an amount of it is used up.

A count never falls. It is held as segments: inside one it grows as fast as time, between two it stands still,
and it may jump at the start of one (a local hour that does not exist passes in no time). Everything that
measures, adds or subtracts is `at` and `reached`, whatever the unit. Instants are aware, in UTC; amounts are
exact; spans are half-open.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo

NOTHING = dt.timedelta()
DAY = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)

Segment = tuple[dt.datetime, dt.datetime, dt.timedelta]
"""Start, end, and the count at the start, a jump included; end = start carries a jump alone."""


class Count:
    """One count, known from `since` to `until`; what it was at the beginning is arbitrary.

    The segments come in order and may reach beyond both ends.
    """

    __slots__ = ("_counts", "_ends", "_starts", "_tops", "ceiling", "floor", "since", "until")

    def __init__(self, since: dt.datetime, until: dt.datetime, segments: Iterable[Segment]) -> None:
        known = list(segments)
        first = min([since, *(start for start, _, _ in known[:1])])
        known.insert(0, (first, first, NOTHING))
        self.since = since
        self.until = until
        self._starts = [start for start, _, _ in known]
        self._ends = [end for _, end, _ in known]
        self._counts = [count for _, _, count in known]
        self._tops = [count + (end - start) for start, end, count in known]
        self.floor = self.at(since)
        self.ceiling = self.at(until)

    def at(self, instant: dt.datetime) -> dt.timedelta:
        """The count at `instant`, which lies from `since` to `until`."""
        index = bisect_right(self._starts, instant) - 1
        end = self._ends[index]
        if instant > end:  # it stands still until the next segment
            instant = end
        return self._counts[index] + (instant - self._starts[index])

    def still(self, start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """The spans from `start` to `end` in which it stands still, in order."""
        at = start
        for index in range(bisect_right(self._starts, start) - 1, len(self._starts)):
            if at >= end:
                return
            if at < self._starts[index]:
                yield at, min(self._starts[index], end)
            at = max(at, self._ends[index])
        if at < end:
            yield at, end

    def jumps(self, start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.datetime, dt.timedelta]]:
        """The instants after `start`, until `end` with it, at which it jumps, and how far."""
        for index in range(bisect_right(self._starts, start), bisect_right(self._starts, end)):
            if skipped := self._counts[index] - self._tops[index - 1]:
                yield self._starts[index], skipped

    def reached(self, count: dt.timedelta) -> dt.datetime:
        """The earliest instant with at least `count`, which is more than `floor` and at most `ceiling`."""
        index = bisect_left(self._tops, count)
        start = self._starts[index]
        missing = count - self._counts[index]
        return start + missing if missing > NOTHING else start


def elapsed(since: dt.datetime, until: dt.datetime) -> Count:
    """The count of time itself."""
    return Count(since, until, [(since, until, NOTHING)])


def opened(since: dt.datetime, until: dt.datetime, spans: Iterable[tuple[dt.datetime, dt.datetime]]) -> Count:
    """The count of elapsed time inside `spans`, which come by start; where two overlap, time counts once."""
    segments: list[Segment] = []
    total = NOTHING
    last = None
    for start, end in spans:
        begin = start if last is None else max(start, last)
        if begin < end:
            segments.append((begin, end, total))
            total += end - begin
            last = end
    return Count(since, until, segments)


def civil_days(since: dt.datetime, until: dt.datetime, zone: ZoneInfo, counted: Callable[[dt.date], bool]) -> Count:
    """The count of local wall time on the dates that are `counted`.

    It follows the highest wall time so far: a missing hour is a jump, in a repeated hour the count stands still.
    So the end of the hour that will be repeated is reached when that hour ends for the first time.
    """
    segments: list[Segment] = []
    total = NOTHING
    highest = None
    # A clock set back by up to a day shortly before `since` still holds the count there.
    for start, end, offset in _offsets(zone, since - 3 * DAY, until):
        local_start, local_end = start.replace(tzinfo=None) + offset, end.replace(tzinfo=None) + offset
        if highest is None:
            highest = local_start
        if local_end <= highest:
            continue
        skipped = sum((b - a for a, b in _counted_parts(highest, local_start, counted)), NOTHING)
        if skipped:
            total += skipped
            segments.append((start, start, total))
        for a, b in _counted_parts(max(local_start, highest), local_end, counted):
            segments.append(((a - offset).replace(tzinfo=dt.UTC), (b - offset).replace(tzinfo=dt.UTC), total))
            total += b - a
        highest = local_end
    return Count(since, until, segments)


@lru_cache(maxsize=4096)
def first_instant(local: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The instant at which clocks in `zone` show `local` (naive).

    A time that occurs twice is the first; for one that does not exist it is the first instant after the gap. Kept for
    a while, because what is due at 09:30 tomorrow is so for many tickets.
    """
    instant = local.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local:
        return instant
    return _first_with_another_offset(zone, local.replace(tzinfo=zone, fold=1).astimezone(dt.UTC), instant)


def _counted_parts(
    start: dt.datetime, end: dt.datetime, counted: Callable[[dt.date], bool]
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The parts of local `start` to `end` that lie on counted dates, days in a row as one."""
    begin = None
    at = start
    while at < end:
        if counted(at.date()):
            begin = begin or at
        elif begin is not None:
            yield begin, at
            begin = None
        at = dt.datetime.combine(at.date() + DAY, dt.time())
    if begin is not None:
        yield begin, end


def _offsets(
    zone: ZoneInfo, since: dt.datetime, until: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.datetime, dt.timedelta]]:
    """The spans from `since` to `until` within which the offset of `zone` stays, in order."""
    begin = at = since
    offset = _offset(zone, at)
    while at < until:
        later = min(at + DAY, until)
        if _offset(zone, later) == offset:
            at = later
            continue
        at = _first_with_another_offset(zone, at, later)
        yield begin, at, offset
        begin, offset = at, _offset(zone, at)
    yield begin, until, offset


def _first_with_another_offset(zone: ZoneInfo, before: dt.datetime, after: dt.datetime) -> dt.datetime:
    """The first instant later than `before` with another offset than there; `after` has one. To the second."""
    offset = _offset(zone, before)
    while after - before > _SECOND:
        middle = before + (after - before) // 2 // _SECOND * _SECOND
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, instant: dt.datetime) -> dt.timedelta:
    return instant.astimezone(zone).utcoffset() or NOTHING  # of an aware instant never None
