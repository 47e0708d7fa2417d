"""Timers: when the levels of running clocks and the reminders of a ticket are due.

One rule arms them all: an occurrence
that lies ahead is armed, also if it fired for an earlier limit; one that is past is armed only if its level
has never fired in this run. So a limit that moves fires what it has passed, once, and repeats nothing. What has
come due stays armed until it fires: something else that is due at the same instant, and fires first, takes
nothing away.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from workflow.calendar import Calendar
from workflow.clocks import Clock, Fired, Span
from workflow.definition import Deadline, Level, Reminder
from workflow.durations import Duration, Unit
from workflow.entry import TimerKey
from workflow.moments import instant_of, moment_at

if TYPE_CHECKING:
    from workflow.ticket import Ticket

WORKING = (Unit.WORKING_DAYS, Unit.WORKING_TIME)

MICROSECOND = dt.timedelta(microseconds=1)

EARLIEST = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Timer:
    """When something of a ticket is due; `provisional` while it rests on a year whose holidays are not published."""

    key: TimerKey
    due_at: dt.datetime
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Repeat:
    """A first instant and what follows it: every `every` of running time, at the local time `at`."""

    first: dt.datetime
    spans: tuple[Span, ...]
    every: Duration | None
    at: dt.time | None

    def occurrence(self, number: int, calendar: Calendar) -> dt.datetime | None:
        """The occurrence `number` (0 is the first); None if it does not repeat, or is not known while paused."""
        if number == 0:
            return self.first
        if self.every is None:
            return None
        instant = used_up(self.spans, self.every.count * number, self.every.unit, calendar, since=self.first)
        if instant is None or self.at is None:
            return instant
        # An amount of days that ends at midnight ends with the day before, not on the next one.
        return calendar.at_time(calendar.local_date(instant - MICROSECOND), self.at)

    def next_after(self, instant: dt.datetime, calendar: Calendar) -> dt.datetime | None:
        """The earliest occurrence later than `instant`."""
        if self.first > instant:
            return self.first
        return self.around(instant, calendar)[1]

    def comes_at(self, instant: dt.datetime, calendar: Calendar) -> bool:
        """Whether `instant` is one of the occurrences."""
        if instant <= self.first or self.every is None:
            return instant == self.first
        return self.occurrence(self.number_at(instant, calendar), calendar) == instant

    def number_at(self, instant: dt.datetime, calendar: Calendar) -> int:
        """The number of the newest occurrence at or before `instant`, which must not lie before the first."""
        return self.around(instant, calendar)[0]

    def around(self, instant: dt.datetime, calendar: Calendar) -> tuple[int, dt.datetime | None]:
        """The number of the newest occurrence at or before `instant`, and the occurrence that follows it."""
        if self.every is None:
            return 0, None
        running = used(self.spans, instant, self.every.unit, calendar, since=self.first)
        # At a local time, an occurrence may come later in its day than it is counted.
        number = max(running // self.every.count - (self.at is not None), 0)
        while (following := self.occurrence(number + 1, calendar)) is not None and following <= instant:
            number += 1
        return number, following


def used(
    spans: tuple[Span, ...], until: dt.datetime, unit: Unit, calendar: Calendar, since: dt.datetime = EARLIEST
) -> dt.timedelta:
    """How much of `unit` the spans hold from `since` until `until`."""
    total = dt.timedelta()
    for span in spans:
        start = max(span.start, since)
        end = until if span.end is None else min(span.end, until)
        if start < end:
            total += calendar.between(start, end, unit)
    return total


def used_up(
    spans: tuple[Span, ...], amount: dt.timedelta, unit: Unit, calendar: Calendar, since: dt.datetime = EARLIEST
) -> dt.datetime | None:
    """The earliest instant at which the spans have used `amount` from `since` on; None if they do not as they stand."""
    for span in spans:
        start = max(span.start, since)
        if span.end is None:
            return calendar.add(start, amount, unit)
        if span.end <= start:
            continue
        held = calendar.between(start, span.end, unit)
        if held >= amount:
            return calendar.add(start, amount, unit)
        amount -= held
    return None


def left_at(
    spans: tuple[Span, ...], limit: dt.datetime, amount: dt.timedelta, unit: Unit, calendar: Calendar
) -> dt.datetime | None:
    """The earliest instant at which no more than `amount` is left before `limit`; None if that was before the spans."""
    for span in reversed(spans):
        end = limit if span.end is None else min(span.end, limit)
        if end <= span.start:
            continue
        instant = calendar.back(end, amount, unit)
        if instant > span.start:
            return instant
        held = calendar.between(span.start, end, unit)
        if held >= amount:
            return span.start
        amount -= held
    return None


def limit_of(clock: Clock, deadline: Deadline, ticket: Ticket, calendar: Calendar) -> dt.datetime | None:
    """The instant at which a run's limit ends, as things stand; None while it is paused before it, or has no date."""
    if deadline.replaced_by is not None:
        replacing = ticket.fields.get(deadline.replaced_by)
        if replacing is not None:
            return instant_of(replacing, calendar, as_limit=True)
    if deadline.no_later_than is not None:
        return moment_at(
            deadline.no_later_than,
            ticket.fields,
            ticket.opened,
            calendar,
            as_limit=True,
            started=clock.started_at,
            due=ticket.due,
        )
    if deadline.within is None:
        return None
    return used_up(clock.spans, deadline.within.count + clock.extended, deadline.within.unit, calendar)


def _is_date(deadline: Deadline, ticket: Ticket) -> bool:
    """Whether the limit is a named date, which pauses do not shift."""
    if deadline.within is None:
        return True
    return deadline.replaced_by is not None and ticket.fields.get(deadline.replaced_by) is not None


def _soon_at(
    clock: Clock, deadline: Deadline, level: Level, limit: dt.datetime, ticket: Ticket, calendar: Calendar
) -> dt.datetime | None:
    left = level.left
    if isinstance(left, Decimal):
        if deadline.within is None or _is_date(deadline, ticket):
            return None
        whole = (deadline.within.count + clock.extended) // MICROSECOND
        share = dt.timedelta(microseconds=int(whole * left / 100))
        return left_at(clock.spans, limit, share, deadline.within.unit, calendar)
    if left is None:
        return None
    if _is_date(deadline, ticket):
        instant = calendar.back(limit, left.count, left.unit)
        return instant if instant >= clock.started_at else None
    return left_at(clock.spans, limit, left.count, left.unit, calendar)


def level_first(
    clock: Clock, deadline: Deadline, level: Level, limit: dt.datetime, ticket: Ticket, calendar: Calendar
) -> dt.datetime | None:
    """When a level comes first; None if that lies before the start or cannot be known while paused."""
    if level.kind == "soon":
        return _soon_at(clock, deadline, level, limit, ticket, calendar)
    if level.late_by is None:
        return limit
    return used_up(clock.spans, level.late_by.count, level.late_by.unit, calendar, since=limit)


def level_repeat(
    clock: Clock, deadline: Deadline, level: Level, limit: dt.datetime, ticket: Ticket, calendar: Calendar
) -> Repeat | None:
    """When a level comes first and then again; None as for the first."""
    first = level_first(clock, deadline, level, limit, ticket, calendar)
    return None if first is None else Repeat(first, clock.spans, level.every, level.at)


def reminder_repeat(clock: Clock, reminder: Reminder, calendar: Calendar) -> Repeat:
    """When a reminder comes first and then again."""
    first = reminder_first(clock, reminder, calendar)
    return Repeat(first, (Span(clock.started_at),), reminder.every, reminder.at)


def reminder_first(clock: Clock, reminder: Reminder, calendar: Calendar) -> dt.datetime:
    """When a reminder comes first."""
    after = reminder.after
    return clock.started_at if after is None else calendar.add(clock.started_at, after.count, after.unit)


def due_again(
    repeat: Repeat, fired: Fired, armed: dt.datetime | None, ticket: Ticket, calendar: Calendar
) -> dt.datetime | None:
    """When something is due of which the first occurrence is past and has fired: the rule of arming (see the module).

    `armed` is what the timer was due at until now.
    """
    if fired.refused_at is not None and ticket.version > fired.refused_at:
        return ticket.at
    if armed is not None and fired.due_at < armed <= ticket.at and repeat.comes_at(armed, calendar):
        return armed
    return repeat.next_after(ticket.at, calendar)
