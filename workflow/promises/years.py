"""Years: the courses of one calendar, from the first to the last starting moment that is looked at, and around them.

They are made from what the calendar itself says of its counts, day by day, and hold what it reckons instant by instant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterator

from workflow.calendar import Calendar
from workflow.definition import FieldType, Moment
from workflow.durations import Duration, Unit
from workflow.moments import moment_at
from workflow.promises.course import MICROSECOND, NOW, Course, Kept, shifted, ticks
from workflow.promises.pieces import Piece

DAY = dt.timedelta(days=1)


class Years:
    """The courses of a calendar; what has been made is kept."""

    def __init__(self, calendar: Calendar, first: dt.date, last: dt.date, margin: dt.timedelta) -> None:
        self.calendar = calendar
        self.first, self.last = ticks(calendar.start_of(first)), ticks(calendar.end_of(last))
        self._since, self._until = first - margin, last + margin
        self._begin, self._end = calendar.start_of(self._since), calendar.end_of(self._until)
        self._kept = Kept()

    def add(self, amount: dt.timedelta, unit: Unit) -> Course:
        """When an amount has passed since."""
        if unit is Unit.ELAPSED:
            return shifted(amount // MICROSECOND)
        return self._kept.once(
            ("add", amount, unit),
            lambda: self._reached(unit).after(shifted(amount // MICROSECOND)).after(self.passed(unit)),
        )

    def add_each(self, duration: Duration | None, times: int = 1) -> Course:
        """When a duration, if there is one, has passed so often since."""
        return NOW if duration is None else self.add(duration.count * times, duration.unit)

    def back(self, amount: dt.timedelta, unit: Unit) -> Course:
        """The earliest instant from which no more than the amount is left until then."""
        if unit is Unit.ELAPSED:
            return shifted(-(amount // MICROSECOND))
        return self._kept.once(
            ("back", amount, unit),
            lambda: self._reached(unit).after(shifted(-(amount // MICROSECOND))).after(self.passed(unit)),
        )

    def within(self, course: Course) -> Course:
        """A course for the starting moments alone."""
        return self._kept.once(("within", course), lambda: Course(tuple(course.cut(self.first, self.last))))

    def passed(self, unit: Unit) -> Course:
        """How much of a unit has passed until an instant, from a beginning of no meaning."""
        return self._kept.once(("passed", unit), lambda: self._passed(unit))

    def _reached(self, unit: Unit) -> Course:
        return self._kept.once(("reached", unit), lambda: self.passed(unit).earliest())

    def at_time(self, time: dt.time) -> Course:
        """That local time on the day that ends with, or holds, the instant."""
        calendar = self.calendar
        return self._daily(("at", time), 1, lambda date: calendar.at_time(date, time))

    def end_of_day(self) -> Course:
        return self._daily("end of day", 0, self.calendar.end_of)

    def end_of_shift(self) -> Course:
        return self._kept.once("end of shift", lambda: Course(tuple(self._shifts())))

    def start_of_day(self) -> Course:
        """Where the local day begins that holds the instant: what a typed date counts from."""
        return self._daily("start of day", 0, self.calendar.start_of)

    def dated(self, moment: Moment, type_: FieldType) -> Course:
        """The limit that a moment is, for each instant at which its field may stand; of a date, for its day."""
        if type_ is FieldType.DATE:
            return self._daily(("dated", moment), 0, lambda date: self._end_of(moment, date))
        if moment.duration is None:
            return NOW
        there = self.add if moment.kind == "after" else self.back
        return there(moment.duration.count, moment.duration.unit)

    def _end_of(self, moment: Moment, date: dt.date) -> dt.datetime:
        end = moment_at(moment, {moment.field or "": date}, self._begin, self.calendar, as_limit=True)
        return end or self.calendar.end_of(date)

    def _daily(self, key: Hashable, behind: int, value: Callable[[dt.date], dt.datetime]) -> Course:
        """A course that is level all day, so many ticks behind the day itself."""

        def pieces() -> Iterator[Piece]:
            date = self._since
            while date <= self._until:
                yield ticks(self.calendar.start_of(date)) + behind, ticks(value(date)), False
                date += DAY

        return self._kept.once(key, lambda: Course(tuple(pieces())))

    def _passed(self, unit: Unit) -> Course:
        begin = ticks(self._begin)
        still = [(ticks(a), ticks(b)) for a, b in self.calendar.still(self._begin, self._end, unit)]
        jumps = {ticks(at): by // MICROSECOND for at, by in self.calendar.jumps(self._begin, self._end, unit)}
        edges = sorted({begin, *(edge for span in still for edge in span), *jumps})
        level = {start for start, _ in still}
        pieces: list[Piece] = []
        count = begin
        for place, at in enumerate(edges):
            count += jumps.get(at, 0)
            pieces.append((at, count, at not in level))
            if at not in level and place + 1 < len(edges):
                count += edges[place + 1] - at
        return Course(tuple(pieces))

    def _shifts(self) -> Iterator[Piece]:
        at = self._begin
        while at < self._end:
            end = self.calendar.end_of_shift(at)
            yield ticks(at), ticks(end), False
            at = end


def span_of(calendar: Calendar, at: dt.datetime) -> tuple[dt.date, dt.date]:
    """The days of the starting moments: from the year of `at` to the last one whose holidays are known."""
    first = calendar.local_date(at).replace(month=1, day=1)
    until = calendar.published_until
    last = until if until is not None and until >= first else first.replace(month=12, day=31)
    return first, last
