"""Recurring tickets: the periods of a schedule, when the ticket of each opens, and when it is due.

Everything is told in the calendar of one site. A period is known by its key, which stays the same whatever becomes of
the schedule, so that a ticket which was opened for it once is never opened again. Weeks begin on Monday.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflow import words
from workflow.calendar import Calendar, HorizonPassed
from workflow.counting import DAY
from workflow.definition import Moment, Text
from workflow.house import Holiday
from workflow.moments import instant_of, moment_at
from workflow.schedule import DueDay, Schedule

_MONTHS_OF: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One period of a schedule.

    `key` names it for ever ("2026-Q2"), `text` for people. `due` is a date where the whole day counts, otherwise an
    instant; `due_at` is the instant at which it is over. `opens` is never later than `due_at`.
    """

    key: str
    text: Text
    opens: dt.datetime
    due: dt.date | dt.datetime
    due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The dates of a period, both ends included; `span` is the shift itself where it is one."""

    key: str
    text: Text
    first: dt.date
    last: dt.date
    span: tuple[dt.datetime, dt.datetime] | None = None


def periods(schedule: Schedule, calendar: Calendar, since: dt.datetime, until: dt.datetime) -> Iterator[Period]:
    """The periods that are due after `since` and open at `until` or before, by the instant at which they open.

    Where public holidays are not known, and where a calendar has no shifts, there are none.
    """
    try:
        # A day is over by 24:00 and a shift within two days of its date: nothing earlier is due after `since`.
        for stretch in _stretches(schedule, calendar, calendar.local_date(since) - 2 * DAY):
            period = _period(schedule, stretch, calendar)
            if period.opens > until:
                return
            if period.due_at > since:
                yield period
    except HorizonPassed:
        return


def following(schedule: Schedule, calendar: Calendar, after: dt.datetime) -> Iterator[Period]:
    """The periods that open later than `after`, as far as they are known, in order."""
    try:
        for stretch in _stretches(schedule, calendar, calendar.local_date(after) - 2 * DAY):
            period = _period(schedule, stretch, calendar)
            if period.opens > after:
                yield period
    except HorizonPassed:
        return


def next_period(schedule: Schedule, calendar: Calendar, after: dt.datetime) -> Period | None:
    """The first period that opens later than `after`; None if none is known."""
    return next(following(schedule, calendar, after), None)


def unknown_holidays(schedule: Schedule, calendar: Calendar, at: dt.datetime) -> int | None:
    """The year whose public holidays a schedule would have to know at `at` and nobody does yet; None if there is none.

    It looks ahead as far as the schedule opens ahead.
    """
    if schedule.every != "holiday" or calendar.published_until is None:
        return None
    ahead = calendar.add(at, schedule.opens.count, schedule.opens.unit) if schedule.opens else at
    year = calendar.published_until.year + 1
    return year if calendar.local_date(ahead).year >= year else None


def _period(schedule: Schedule, stretch: _Stretch, calendar: Calendar) -> Period:
    due = _due(schedule.due, stretch, calendar)
    due_at = instant_of(due, calendar, as_limit=True) or calendar.end_of(stretch.last)
    opens = stretch.span[0] if stretch.span else calendar.start_of(stretch.first)
    if schedule.opens is not None:
        before = Moment("before", "due", schedule.opens)
        opens = moment_at(before, {}, due_at, calendar, as_limit=False, due=due) or opens
    return Period(key=stretch.key, text=stretch.text, opens=min(opens, due_at), due=due, due_at=due_at)


def _due(said: DueDay | None, stretch: _Stretch, calendar: Calendar) -> dt.date | dt.datetime:
    if said is None:
        return stretch.span[1] if stretch.span else stretch.last
    date = _due_date(said, stretch, calendar)
    return date if said.time is None else calendar.at_time(date, said.time)


def _due_date(said: DueDay, stretch: _Stretch, calendar: Calendar) -> dt.date:
    number = said.number or 0
    match said.kind:
        case "day":
            return min(stretch.first + (number - 1) * DAY, stretch.last)
        case "weekday":
            return stretch.first + (number - stretch.first.weekday()) % 7 * DAY
        case "date":
            return _last_day_at_most(stretch.first.year, number, said.day or 1)
        case "last_day":
            return stretch.last
        case "last_working":
            return _from_the_end(stretch, calendar)
        case "working_day":
            date = stretch.first
            while date <= stretch.last:
                number -= calendar.is_working_day(date)
                if number == 0:
                    return date
                date += DAY
            return _from_the_end(stretch, calendar)


def _from_the_end(stretch: _Stretch, calendar: Calendar) -> dt.date:
    """The last working day, or the last day where none is worked."""
    date = stretch.last
    while date >= stretch.first:
        if calendar.is_working_day(date):
            return date
        date -= DAY
    return stretch.last


def _stretches(schedule: Schedule, calendar: Calendar, since: dt.date) -> Iterator[_Stretch]:
    """The periods in order, from the one that holds `since`; endless but for holidays and shifts that are not there."""
    match schedule.every:
        case "shift":
            yield from _shifts(calendar, since)
        case "holiday":
            yield from (_holiday(run) for run in calendar.holidays if run.last >= since)
        case "day":
            yield from _days(since)
        case "week":
            yield from _weeks(since)
        case "month" | "quarter" | "year":
            yield from _by_months(schedule.every, since)


def _shifts(calendar: Calendar, date: dt.date) -> Iterator[_Stretch]:
    while calendar.shifts:
        for name, start, end in calendar.shifts_on(date):
            text = Text(f"{_in_english(date)}, {name}", f"{_in_chinese(date)}{name}")
            yield _Stretch(f"{date} {name}", text, date, date, (start, end))
        date += DAY


def _days(date: dt.date) -> Iterator[_Stretch]:
    while True:
        yield _Stretch(date.isoformat(), Text(_in_english(date), _in_chinese(date)), date, date)
        date += DAY


def _weeks(date: dt.date) -> Iterator[_Stretch]:
    date -= date.weekday() * DAY
    while True:
        year, week, _ = date.isocalendar()
        text = Text(f"week {week} of {year}", f"{year}年第{week}周")
        yield _Stretch(f"{year}-W{week:02}", text, date, date + 6 * DAY)
        date += 7 * DAY


def _by_months(every: str, date: dt.date) -> Iterator[_Stretch]:
    months = _MONTHS_OF[every]
    first = dt.date(date.year, (date.month - 1) // months * months + 1, 1)
    while True:
        following = dt.date(first.year + (first.month + months > 12), (first.month + months - 1) % 12 + 1, 1)
        yield _Stretch(*_named(every, first), first, following - DAY)
        first = following


def _named(every: str, first: dt.date) -> tuple[str, Text]:
    year, month = first.year, first.month
    if every == "month":
        return f"{year}-{month:02}", Text(f"{words.MONTHS[month - 1]} {year}", f"{year}年{month}月")
    if every == "quarter":
        quarter = (month + 2) // 3
        return f"{year}-Q{quarter}", Text(f"quarter {quarter} of {year}", f"{year}年第{quarter}季度")
    return f"{year}", Text(f"{year}", f"{year}年")


def _holiday(run: Holiday) -> _Stretch:
    """A run belongs to the year in which it ends: 1 January of 2023 was reached from the last day of 2022."""
    year = run.last.year
    return _Stretch(f"{year} {run.en}", Text(f"{run.en} {year}", f"{year}年{run.zh}"), run.first, run.last)


def _last_day_at_most(year: int, month: int, day: int) -> dt.date:
    following = dt.date(year + (month == 12), month % 12 + 1, 1)
    return min(dt.date(year, month, 1) + (day - 1) * DAY, following - DAY)


def _in_english(date: dt.date) -> str:
    return f"{date.day} {words.MONTHS[date.month - 1]} {date.year}"


def _in_chinese(date: dt.date) -> str:
    return f"{date.year}年{date.month}月{date.day}日"
