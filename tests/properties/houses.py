"""Houses made up at random, and a slow count of their time: minute by minute, from the rules alone.

Nothing here looks at how calendars count. What China says of a date is asked of another package.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
from hypothesis import strategies as st

from workflow.calendar import Calendar, build_calendar
from workflow.calendar_file import CalendarSpec
from workflow.durations import Unit

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Hours = tuple[tuple[int, int], ...]
"""Openings of a day in minutes from midnight; an end that is not later than its start lies on the next day."""

PLACES = (
    ("Asia/Shanghai", dt.date(2026, 2, 14)),
    ("Asia/Shanghai", dt.date(2026, 10, 1)),
    ("Asia/Shanghai", dt.date(2026, 10, 8)),
    ("Europe/Berlin", dt.date(2026, 3, 29)),
    ("Europe/Berlin", dt.date(2026, 10, 25)),
    ("America/New_York", dt.date(2026, 3, 8)),
    ("America/New_York", dt.date(2026, 11, 1)),
    ("Australia/Lord_Howe", dt.date(2026, 4, 5)),  # half an hour
    ("Australia/Lord_Howe", dt.date(2026, 10, 4)),
    ("Africa/Cairo", dt.date(2026, 4, 24)),  # the first hour of a day is missing
    ("Africa/Cairo", dt.date(2026, 10, 29)),  # the last hour of a day is repeated
    ("America/Havana", dt.date(2026, 11, 1)),  # the first hour of a day is repeated
    ("Pacific/Apia", dt.date(2011, 12, 30)),  # a whole day is missing
    ("Asia/Kathmandu", dt.date(2026, 11, 18)),
)
"""Zones with a date near which something happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A calendar file in numbers; weekdays count from Monday."""

    zone: str
    near: dt.date
    chinese: bool
    as_usual: bool
    hours: tuple[Hours, ...]
    working: frozenset[int]
    closed: frozenset[dt.date]
    open: frozenset[dt.date]
    dates: Mapping[dt.date, Hours]

    def calendar(self) -> Calendar:
        return build_calendar(CalendarSpec(**self.said()))

    def said(self) -> dict[str, Any]:
        """The keys of the calendar file."""
        return {
            "calendar": "house",
            "zone": self.zone,
            "country": "CN" if self.chinese else None,
            "holidays": "as usual" if self.chinese and self.as_usual else None,
            "hours": {name: _texts(hours) for name, hours in zip(WEEK, self.hours, strict=True)},
            "working_days": [WEEK[number] for number in sorted(self.working)],
            "closed": [date.isoformat() for date in sorted(self.closed)],
            "open": [date.isoformat() for date in sorted(self.open)],
            "dates": {date.isoformat(): _texts(hours) for date, hours in self.dates.items()},
        }

    def works(self, date: dt.date) -> bool:
        if date in self.closed or date in self.open:
            return date in self.open
        if self.chinese and (
            date in chinese_calendar.constants.holidays or date in chinese_calendar.constants.workdays
        ):
            return date in chinese_calendar.constants.workdays
        return date.weekday() in self.working

    def openings(self, date: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        """The openings that begin on a date, in local wall time."""
        midnight = dt.datetime.combine(date, dt.time())
        return [
            (midnight + start * MINUTE, midnight + (end if end > start else end + 1440) * MINUTE)
            for start, end in self._hours_of(date)
        ]

    def _hours_of(self, date: dt.date) -> Hours:
        if date in self.dates:
            return self.dates[date]
        if date in self.closed:
            return ()
        kept = self.chinese and not self.as_usual and date not in self.open
        if kept and date in chinese_calendar.constants.holidays:
            return ()
        usual = self.hours[date.weekday()]
        extra = date in self.open or (kept and date in chinese_calendar.constants.workdays)
        if usual or not extra:
            return usual
        return next((self.hours[number] for number in range(7) if number in self.working and self.hours[number]), ())


def _texts(hours: Hours) -> list[str]:
    return [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in hours]


@st.composite
def opening_hours(draw: st.DrawFn, least: int = 0) -> Hours:
    """Up to three openings of one day, the last perhaps past midnight."""
    marks = st.one_of(st.sampled_from([0, 30, 60, 120, 135, 150, 180, 540, 1080, 1380]), st.integers(0, 1439))
    count = draw(st.integers(least, 3))
    times = sorted(draw(st.lists(marks, min_size=2 * count, max_size=2 * count, unique=True)))
    hours = list(zip(times[::2], times[1::2], strict=True))
    if hours and draw(st.booleans()):
        start = hours[-1][0]
        hours[-1] = (start, draw(st.integers(0, start)))
    return tuple(hours)


@st.composite
def houses(draw: st.DrawFn) -> House:
    zone, near = draw(st.sampled_from(PLACES))
    patterns: list[Hours] = [draw(opening_hours(least=1)), draw(opening_hours()), ()]
    week = draw(st.lists(st.sampled_from(patterns), min_size=6, max_size=6))
    around = st.sampled_from([near + n * DAY for n in range(-4, 5)])
    closed = draw(st.frozensets(around, max_size=2))
    own_hours = draw(st.dictionaries(around, opening_hours(), max_size=2))
    return House(
        zone=zone,
        near=near,
        chinese=zone == "Asia/Shanghai" and draw(st.booleans()),
        as_usual=draw(st.booleans()),
        hours=(patterns[0], *week),
        working=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        closed=closed,
        open=draw(st.frozensets(around, max_size=2)) - closed,
        dates={date: hours for date, hours in own_hours.items() if date not in closed or not hours},
    )


def slow_counts(house: House, first: dt.datetime, minutes: int) -> dict[Unit, list[int]]:
    """What each unit counts at each full minute from `first` on, in minutes; what it was before is left out.

    Minute by minute, with only the wall clock in hand. Wall time counts up to the highest that was seen so far,
    so skipped minutes come at once and repeated ones not at all. An opening lasts from the first minute at which
    the clock shows its start or more until the first at which it shows its end or more.
    """
    zone = ZoneInfo(house.zone)
    dates = [first.date() + n * DAY for n in range(-4, minutes // 1440 + 4)]
    spans = [span for date in dates for span in house.openings(date)]
    starts, ends = sorted(start for start, _ in spans), sorted(end for _, end in spans)
    works = {date: house.works(date) for date in dates}
    counts: dict[Unit, list[int]] = {unit: [] for unit in Unit}
    days = working_days = working_time = begun = over = 0
    warm_up = 360  # for what is repeated at the first minute
    instant = first - warm_up * MINUTE
    highest = passed = instant.astimezone(zone).replace(tzinfo=None)
    for number in range(-warm_up, minutes + 1):
        shown = instant.astimezone(zone).replace(tzinfo=None)
        while passed < shown:
            days += 1
            working_days += works[passed.date()]
            passed += MINUTE
        highest = max(highest, shown)
        while begun < len(starts) and starts[begun] <= highest:
            begun += 1
        while over < len(ends) and ends[over] <= highest:
            over += 1
        if number >= 0:
            counts[Unit.ELAPSED].append(number)
            counts[Unit.DAYS].append(days)
            counts[Unit.WORKING_DAYS].append(working_days)
            counts[Unit.WORKING_TIME].append(working_time)
        if passed == shown:  # the minute that now passes is new on the clock
            days += 1
            working_days += works[passed.date()]
            passed += MINUTE
        working_time += begun > over
        instant += MINUTE
    return counts
