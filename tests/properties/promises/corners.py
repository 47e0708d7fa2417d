"""Corners: the instants of a year at which something about a calendar changes, and those from which a limit ends there.

How long it is until something is due changes its course only where a count begins or ceases to run: at the edges of
openings, of days, and of what the house keeps closed for long. So the worst moment to begin is such an edge, or the
instant from which an amount of the definition ends at one, or the very next after it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import lru_cache

from workflow.calendar import Calendar
from workflow.definition import Definition
from workflow.durations import Duration

DAY = dt.timedelta(days=1)
MICROSECOND = dt.timedelta(microseconds=1)

YEAR = 2026
PUBLISHED = dt.datetime(YEAR, 1, 2, tzinfo=dt.UTC)
"""The `at` for which figures are worked out."""

LAST_START = dt.datetime(YEAR, 12, 30, tzinfo=dt.UTC)

QUIET = dt.date(YEAR, 5, 20)
"""A Wednesday with nothing near it."""


@lru_cache(maxsize=512)
def edges(calendar: Calendar) -> tuple[dt.datetime, ...]:
    """The edges of the eve of the longest rest, of a weekend, of a change to summer time, and of an ordinary day."""
    eves = {_longest_rest(calendar), QUIET, QUIET + 2 * DAY, *_changes_of_time(calendar)}
    return tuple(sorted({edge for eve in eves for edge in _of_day(calendar, eve)}))


@lru_cache(maxsize=512)
def eve(calendar: Calendar) -> tuple[dt.datetime, ...]:
    """The edges of the eve of the longest rest alone."""
    return tuple(sorted(_of_day(calendar, _longest_rest(calendar))))


def _of_day(calendar: Calendar, date: dt.date) -> set[dt.datetime]:
    return {calendar.end_of(date), *(edge for opening in calendar.hours(date)[-1:] for edge in opening)}


def _longest_rest(calendar: Calendar) -> dt.date:
    """The last working day before the most days in a row that are none."""
    eve = last = dt.date(YEAR, 1, 6)
    longest = 0
    for number in range(6, 350):
        date = dt.date(YEAR, 1, 1) + number * DAY
        if calendar.is_working_day(date):
            if (date - last).days > longest:
                eve, longest = last, (date - last).days
            last = date
    return eve


def _changes_of_time(calendar: Calendar) -> Iterator[dt.date]:
    """The days before those that are longer or shorter than 24 hours."""
    for number in range(1, 360):
        date = dt.date(YEAR, 1, 1) + number * DAY
        if calendar.end_of(date) - calendar.start_of(date) != DAY:
            yield date - DAY


def amounts(definitions: Iterable[Definition]) -> tuple[Duration, ...]:
    """Every amount that a clock of these counts."""
    found: dict[Duration, None] = {}
    for one in definitions:
        for deadline in one.deadlines.values():
            named = [deadline.within, *(amount for level in deadline.levels for amount in (level.late_by, level.every))]
            found.update((amount, None) for amount in named if amount is not None)
        for reminder in one.reminders.values():
            found.update((amount, None) for amount in (reminder.after, reminder.every) if amount is not None)
    return tuple(found)


def before(ends: Iterable[dt.datetime], calendar: Calendar, counted: Iterable[Duration]) -> set[dt.datetime]:
    """The instants from which one of the amounts ends at one of `ends`, these themselves, and the very next ones."""
    found = set(ends)
    for amount in counted:
        found.update(calendar.back(end, amount.count, amount.unit) for end in ends)
    return found | {instant + MICROSECOND for instant in found}


def pool(calendar: Calendar, definitions: Iterable[Definition]) -> tuple[dt.datetime, ...]:
    """The corners of a year: where an amount of the definitions ends at an edge, and all edges."""
    return tuple(sorted(before(edges(calendar), calendar, amounts(definitions))))
