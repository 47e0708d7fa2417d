"""When an amount of time is over, and why then: the stretches that count on the way, and those that do not.

Counting is the calendar's; here each stretch of it is told in words. A stretch never reaches over the local midnight at
which its reason changes, and stretches in a row of one reason are one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from workflow.calendar import Calendar
from workflow.counting import NOTHING
from workflow.definition import Text
from workflow.durations import Duration, Unit

WORKING = (Unit.WORKING_DAYS, Unit.WORKING_TIME)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a stretch does not count, or counts although its weekday does not: a stable code, and words."""

    code: str
    text: Text


WEEKEND = Reason("weekend", Text("weekend", "周末"))
REST_DAY = Reason("rest_day", Text("rest day of the week", "每周休息日"))
NO_HOURS = Reason("no_hours", Text("no opening hours on this weekday", "这一天没有开放时间"))
BEFORE_OPENING = Reason("before_opening", Text("before opening", "开门前"))
AFTER_CLOSING = Reason("after_closing", Text("after closing", "关门后"))
BETWEEN_OPENINGS = Reason("between_openings", Text("between two openings", "两段开放时间之间"))
REPEATED = Reason("repeated_hour", Text("local time that comes a second time", "重复出现的当地时刻，只计一次"))
MISSING = Reason(
    "missing_hour", Text("local time that does not exist passes at once", "不存在的当地时刻，视为已经过去")
)
OWN_HOURS = Reason("own_hours", Text("hours of its own on this date", "当天另有开放时间"))
MADE_UP = Reason("make_up_day", Text("make-up working day", "调休上班"))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A half-open part of the way: what of the unit `passed` in it, nothing in one that is skipped.

    `reason` says why it is skipped, or what is unusual about one that counts; it is None for plain counting.
    """

    start: dt.datetime
    end: dt.datetime
    passed: dt.timedelta
    reason: Reason | None = None

    @property
    def skipped(self) -> bool:
        return self.passed == NOTHING


class YearUnknown(ValueError):
    """The answer rests on a year whose public holidays are not published yet: `text` says so."""

    def __init__(self, year: int, calendar: Calendar) -> None:
        until = calendar.published_until
        self.text = Text(
            f"the public holidays of {year} are not known, so working time in it cannot be told; "
            f"the calendar {calendar.name} knows them until {until}",
            f"{year} 年的法定节假日尚未公布，无法计算该年的工作时间；日历 {calendar.name} 的节假日截至 {until}",
        )
        super().__init__(self.text.en)


def due_at(calendar: Calendar, start: dt.datetime, limit: Duration) -> dt.datetime:
    """When a limit that begins at `start` is over. Raises YearUnknown, and HorizonPassed past 2200."""
    due = calendar.add(start, limit.count, limit.unit)
    _require_known(calendar, start, due, limit.unit)
    return due


def used_between(calendar: Calendar, start: dt.datetime, end: dt.datetime, unit: Unit) -> dt.timedelta:
    """How much of `unit` lies between. Raises YearUnknown, HorizonPassed, and ValueError if `end` is earlier."""
    used = calendar.between(start, end, unit)
    _require_known(calendar, start, end, unit)
    return used


def way(calendar: Calendar, start: dt.datetime, end: dt.datetime, unit: Unit) -> tuple[Stretch, ...]:
    """The stretches from `start` to `end`, in order; what passed in all of them is what lies between the two."""
    stretches = [
        piece for stretch in _counted_and_not(calendar, start, end, unit) for piece in _by_date(calendar, stretch, unit)
    ]
    merged: list[Stretch] = []
    for one in stretches:
        last = merged[-1] if merged else None
        if last and last.end == one.start and last.skipped == one.skipped and last.reason == one.reason:
            merged[-1] = replace(last, end=one.end, passed=last.passed + one.passed)
        else:
            merged.append(one)
    return tuple(merged)


def _require_known(calendar: Calendar, start: dt.datetime, end: dt.datetime, unit: Unit) -> None:
    for instant in (start, end) if unit in WORKING else ():
        if calendar.provisional(instant):
            raise YearUnknown(calendar.local_date(instant).year, calendar)


def _counted_and_not(calendar: Calendar, start: dt.datetime, end: dt.datetime, unit: Unit) -> Iterator[Stretch]:
    jumps = calendar.jumps(start, end, unit)
    at = start
    for begin, over in (*calendar.still(start, end, unit), (end, end)):
        for instant, passed in jumps:
            if at <= instant <= begin:
                if at < instant:
                    yield Stretch(at, instant, instant - at)
                yield Stretch(instant, instant, passed, MISSING)
                at = instant
        if at < begin:
            yield Stretch(at, begin, begin - at)
        if begin < over:
            yield Stretch(begin, over, NOTHING, REPEATED)
        at = over


def _by_date(calendar: Calendar, stretch: Stretch, unit: Unit) -> Iterator[Stretch]:
    """The stretch cut where its reason may change: at midnights, and there where openings begin."""
    if unit not in WORKING or stretch.start == stretch.end:
        yield stretch
        return
    at = stretch.start
    while at < stretch.end:
        date = calendar.local_date(at)
        until = min(calendar.end_of(date), stretch.end)
        if until <= at:  # a clock set back over midnight shows the date once more
            until = stretch.end
        if stretch.skipped:
            yield Stretch(at, until, NOTHING, _why_skipped(calendar, date, at, unit))
        else:
            yield Stretch(at, until, until - at, _why_counted(calendar, date, unit))
        at = until


def _why_skipped(calendar: Calendar, date: dt.date, at: dt.datetime, unit: Unit) -> Reason:
    if unit is Unit.WORKING_DAYS:
        return REPEATED if calendar.is_working_day(date) else _why_off(calendar, date, unit)
    hours = calendar.hours(date)
    if not hours:
        return _why_off(calendar, date, unit)
    if at < hours[0][0]:
        return BEFORE_OPENING
    return AFTER_CLOSING if at >= hours[-1][1] else BETWEEN_OPENINGS


def _why_off(calendar: Calendar, date: dt.date, unit: Unit) -> Reason:
    """Why nothing of the whole date counts."""
    name = calendar.day_name(date)
    if name is not None and name.kind == "holiday":
        return Reason("holiday", Text(f"public holiday, {name.en}", f"法定节假日：{name.zh}"))
    usual = calendar.usually(date)
    counts = usual.working if unit is Unit.WORKING_DAYS else usual.openings
    if counts or (name is not None and name.kind == "closed"):
        return Reason("closed", Text(f"closed, {name.en}", f"休息：{name.zh}") if name else Text("closed", "休息"))
    if usual.working:
        return NO_HOURS
    return WEEKEND if date.weekday() >= 5 else REST_DAY


def _why_counted(calendar: Calendar, date: dt.date, unit: Unit) -> Reason | None:
    """What is unusual about a date of which something counts."""
    name, usual = calendar.day_name(date), calendar.usually(date)
    if name is not None and name.kind == "open":
        return Reason("open", Text(f"own working day, {name.en}", f"自定工作日：{name.zh}"))
    if calendar.is_working_day(date) and not usual.working:
        return MADE_UP
    return OWN_HOURS if unit is Unit.WORKING_TIME and calendar.day(date).openings != usual.openings else None
