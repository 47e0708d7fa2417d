"""A year of recurring tickets, day by day: what opens, what is due, and which days are worked.

What has a ticket in every shift or on every day would stand on all of them; it is told once, beside the days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from workflow.calendar import Calendar
from workflow.counting import DAY
from workflow.definition import Definition
from workflow.house import DayName
from workflow.recurring import Period, periods
from workflow.schedule import Schedule

TicketsOf = Callable[[Definition, Schedule, Period], Mapping[dt.date, int] | None]
"""How many tickets a period has, by the local date on which they open; None where the parties are not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """That a schedule opens its tickets, or has them due, on a day.

    `time` is the local time, None at the beginning of the day for opening and at its end for being due. `tickets` is
    None where nobody knows for how many parties it is.
    """

    definition: Definition
    schedule: Schedule
    period: Period
    time: dt.time | None
    tickets: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearDay:
    """A day with what opens and what is due on it; `name` is what people call it, if it is not like any other."""

    date: dt.date
    working: bool
    name: DayName | None
    opens: tuple[Occasion, ...] = ()
    due: tuple[Occasion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Yearly:
    """What a schedule makes of the year: how often it opens something, how many tickets that are (None: unknown)."""

    definition: Definition
    schedule: Schedule
    times: int
    tickets: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """The year of one site. `every_day` are the schedules that are not told day by day."""

    year: int
    calendar: Calendar
    days: tuple[YearDay, ...]
    every_day: tuple[Yearly, ...]
    schedules: tuple[Yearly, ...]


@dataclass(slots=True)
class _Found:
    opens: list[Occasion] = field(default_factory=list)
    due: list[Occasion] = field(default_factory=list)


def year_of(
    year: int,
    calendar: Calendar,
    schedules: Iterable[tuple[Definition, Schedule]],
    tickets_of: TicketsOf,
) -> Year:
    """The year as a calendar counts it, with every period that opens or is due in it."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    start, end = calendar.start_of(first), calendar.end_of(last)
    dates = [first + number * DAY for number in range((last - first).days + 1)]
    found = {date: _Found() for date in dates}
    every_day: list[Yearly] = []
    others: list[Yearly] = []
    for definition, schedule in schedules:
        counted, folded = _Counted(), schedule.every in ("shift", "day")
        for period in periods(schedule, calendar, start, end - dt.timedelta(microseconds=1)):
            opened = tickets_of(definition, schedule, period)
            counted.times += start <= period.opens
            counted.count(opened, first, last)
            if not folded:
                for date, occasion in _opening(definition, schedule, period, calendar, opened):
                    if date in found:
                        found[date].opens.append(occasion)
                date, occasion = _due(definition, schedule, period, calendar, opened)
                if date in found and occasion.tickets != 0:
                    found[date].due.append(occasion)
        one = Yearly(definition=definition, schedule=schedule, times=counted.times, tickets=counted.tickets)
        (every_day if folded else others).append(one)
    days = tuple(
        YearDay(
            date=date,
            working=calendar.is_working_day(date),
            name=calendar.day_name(date),
            opens=tuple(found[date].opens),
            due=tuple(found[date].due),
        )
        for date in dates
    )
    return Year(year=year, calendar=calendar, days=days, every_day=tuple(every_day), schedules=tuple(others))


@dataclass(slots=True)
class _Counted:
    times: int = 0
    tickets: int | None = 0

    def count(self, opened: Mapping[dt.date, int] | None, first: dt.date, last: dt.date) -> None:
        if opened is None or self.tickets is None:
            self.tickets = None
        else:
            self.tickets += sum(number for date, number in opened.items() if first <= date <= last)


def _opening(
    definition: Definition, schedule: Schedule, period: Period, calendar: Calendar, opened: Mapping[dt.date, int] | None
) -> Iterator[tuple[dt.date, Occasion]]:
    """The days on which a period opens tickets: its own, and those on which somebody arrives."""
    own = period.opens.astimezone(ZoneInfo(calendar.zone))
    for date, number in sorted((opened if opened is not None else {own.date(): None}).items()):
        at_once = own.time() if date == own.date() and own.time() != dt.time() else None
        yield date, Occasion(definition=definition, schedule=schedule, period=period, time=at_once, tickets=number)


def _due(
    definition: Definition, schedule: Schedule, period: Period, calendar: Calendar, opened: Mapping[dt.date, int] | None
) -> tuple[dt.date, Occasion]:
    """The day on which the tickets of a period are due."""
    date, time = period.due, None
    if isinstance(date, dt.datetime):
        local = date.astimezone(ZoneInfo(calendar.zone))
        date, time = local.date(), local.time()
    number = None if opened is None else sum(opened.values())
    return date, Occasion(definition=definition, schedule=schedule, period=period, time=time, tickets=number)
