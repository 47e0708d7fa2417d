"""Moments: instants that are told by a date field, by a distance from one, or as the end of a day.

A date without a time means the whole local day: as a limit its end (24:00), otherwise its start. `N days
before|after DATE` is such a date again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from workflow.calendar import Calendar
from workflow.definition import FieldType, Moment
from workflow.durations import Unit
from workflow.entry import Value


def instant_of(value: Value | None, calendar: Calendar, *, as_limit: bool) -> dt.datetime | None:
    """The instant that a date or datetime value stands for; None for an empty one.

    Raises TypeError for any other value: the checker lets only dates be named here.
    """
    if value is None or isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return calendar.end_of(value) if as_limit else calendar.start_of(value)
    raise TypeError(f"{value!r} is no date")


def value_at(
    said: object,
    type_: FieldType | None,
    values: Mapping[str, Value],
    opened: dt.datetime,
    calendar: Calendar,
    *,
    due: dt.date | dt.datetime | None = None,
) -> Value | None:
    """The value that a `set` comes to now: a moment becomes the date or the instant that it is, by the field's type."""
    if not isinstance(said, Moment):
        return said  # type: ignore[return-value]  # the catalogue has typed it by the field
    instant = moment_at(said, values, opened, calendar, as_limit=False, due=due)
    return calendar.local_date(instant) if instant is not None and type_ is FieldType.DATE else instant


def moment_at(
    moment: Moment,
    values: Mapping[str, Value],
    opened: dt.datetime,
    calendar: Calendar,
    *,
    as_limit: bool,
    started: dt.datetime | None = None,
    due: dt.date | dt.datetime | None = None,
) -> dt.datetime | None:
    """When a moment is, or None while the field that it depends on is empty.

    `started` is the start of the clock that `end of day` and `end of shift` belong to; without one it is the opening.
    `due` is when the ticket is due, None for one that no schedule has opened.
    """
    if moment.kind == "end_of_day":
        return calendar.end_of(calendar.local_date(started or opened))
    if moment.kind == "end_of_shift":
        return calendar.end_of_shift(started or opened)
    built_in: dict[str | None, Value | None] = {"opened": opened, "due": due}
    base = built_in[moment.field] if moment.field in built_in else values.get(moment.field or "")
    if base is None or moment.kind == "field" or moment.duration is None:
        return instant_of(base, calendar, as_limit=as_limit)
    count, unit = moment.duration.count, moment.duration.unit
    forward = moment.kind == "after"
    if isinstance(base, dt.datetime):
        return calendar.add(base, count, unit) if forward else calendar.back(base, count, unit)
    if not isinstance(base, dt.date):
        raise TypeError(f"{moment.field} is no date")
    if unit is Unit.DAYS:
        return instant_of(base + count if forward else base - count, calendar, as_limit=as_limit)
    if unit is Unit.WORKING_DAYS:
        return instant_of(_working_days_from(base, count.days, calendar, forward), calendar, as_limit=as_limit)
    # Hours and minutes count from the edge of the day that the base date is: they need an instant to start at.
    edge = calendar.end_of(base) if as_limit else calendar.start_of(base)
    return calendar.add(edge, count, unit) if forward else calendar.back(edge, count, unit)


def _working_days_from(date: dt.date, count: int, calendar: Calendar, forward: bool) -> dt.date:
    """The working day that is `count` working days after or before a date, which itself does not count."""
    step = dt.timedelta(days=1 if forward else -1)
    while count > 0:
        date += step
        count -= calendar.is_working_day(date)
    return date
