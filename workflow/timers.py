"""Timers: when the levels of running clocks and the reminders of a ticket are due.

`plan` derives them from the ticket as it stands and reads no history. One rule arms them all: an occurrence
that lies ahead is armed, also if it fired for an earlier limit; one that is past is armed only if its level
has never fired in this run. So a limit that moves fires what it has passed, once, and repeats nothing. What has
come due stays armed until it fires: something else that is due at the same instant, and fires first, takes
nothing away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from workflow.calendar import Calendar
from workflow.clocks import Clock, Fired, Span
from workflow.definition import Deadline, Definition, Level, Reminder
from workflow.durations import Duration, Unit
from workflow.entry import TimerKey
from workflow.moments import instant_of, moment_at

if TYPE_CHECKING:
    from workflow.ticket import Ticket, View

WORKING = (Unit.WORKING_DAYS, Unit.WORKING_TIME)

MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Timer:
    """When something of a ticket is due; `provisional` while it rests on a year whose holidays are not published."""

    key: TimerKey
    due_at: dt.datetime
    provisional: bool = False


Armed = Mapping[TimerKey, dt.datetime]
"""When each timer was due until now."""


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
        instant = used_up(clipped(self.spans, self.first), self.every.count * number, self.every.unit, calendar)
        if instant is None or self.at is None:
            return instant
        # An amount of days that ends at midnight ends with the day before, not on the next one.
        return calendar.at_time(calendar.local_date(instant - dt.timedelta(microseconds=1)), self.at)

    def next_after(self, instant: dt.datetime, calendar: Calendar) -> dt.datetime | None:
        """The earliest occurrence later than `instant`."""
        if self.first > instant:
            return self.first
        number = self.number_at(instant, calendar)
        return self.occurrence(number + 1, calendar)

    def comes_at(self, instant: dt.datetime, calendar: Calendar) -> bool:
        """Whether `instant` is one of the occurrences."""
        if instant <= self.first or self.every is None:
            return instant == self.first
        return self.occurrence(self.number_at(instant, calendar), calendar) == instant

    def number_at(self, instant: dt.datetime, calendar: Calendar) -> int:
        """The number of the newest occurrence at or before `instant`, which must not lie before the first."""
        if self.every is None:
            return 0
        running = used(clipped(self.spans, self.first), instant, self.every.unit, calendar)
        number = max(running // self.every.count - 1, 0)
        while (following := self.occurrence(number + 1, calendar)) is not None and following <= instant:
            number += 1
        return number


def clipped(spans: tuple[Span, ...], start: dt.datetime) -> tuple[Span, ...]:
    """The parts of the spans from `start` on."""
    return tuple(Span(max(span.start, start), span.end) for span in spans if span.end is None or span.end > start)


def used(spans: tuple[Span, ...], until: dt.datetime, unit: Unit, calendar: Calendar) -> dt.timedelta:
    """How much of `unit` the spans hold before `until`."""
    total = dt.timedelta()
    for span in spans:
        end = until if span.end is None else min(span.end, until)
        if span.start < end:
            total += calendar.between(span.start, end, unit)
    return total


def used_up(spans: tuple[Span, ...], amount: dt.timedelta, unit: Unit, calendar: Calendar) -> dt.datetime | None:
    """The earliest instant at which the spans have used `amount`; None if they never do as they stand."""
    for span in spans:
        if span.end is None:
            return calendar.add(span.start, amount, unit)
        held = calendar.between(span.start, span.end, unit)
        if held >= amount:
            return calendar.add(span.start, amount, unit)
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
        held = calendar.between(span.start, end, unit)
        if held >= amount:
            return max(calendar.back(end, amount, unit), span.start)
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


def level_repeat(
    clock: Clock, deadline: Deadline, level: Level, limit: dt.datetime, ticket: Ticket, calendar: Calendar
) -> Repeat | None:
    """When a level comes first and then again; None if it lies before the start or cannot be known while paused."""
    if level.kind == "soon":
        first = _soon_at(clock, deadline, level, limit, ticket, calendar)
    elif level.late_by is None:
        first = limit
    else:
        first = used_up(clipped(clock.spans, limit), level.late_by.count, level.late_by.unit, calendar)
    return None if first is None else Repeat(first, clock.spans, level.every, level.at)


def reminder_repeat(clock: Clock, reminder: Reminder, calendar: Calendar) -> Repeat:
    """When a reminder comes first and then again."""
    first = clock.started_at
    if reminder.after is not None:
        first = calendar.add(first, reminder.after.count, reminder.after.unit)
    return Repeat(first, (Span(first),), reminder.every, reminder.at)


def _due(
    repeat: Repeat, fired: Fired | None, armed: dt.datetime | None, ticket: Ticket, calendar: Calendar
) -> dt.datetime | None:
    """The one rule of arming (see the module); `armed` is what the timer was due at until now."""
    if fired is None or repeat.first > ticket.at:
        return repeat.first
    if fired.refused_at is not None and ticket.version > fired.refused_at:
        return ticket.at
    if armed is not None and fired.due_at < armed <= ticket.at and repeat.comes_at(armed, calendar):
        return armed
    return repeat.next_after(ticket.at, calendar)


def _deadline_timers(
    clock: Clock, deadline: Deadline, limit: dt.datetime, armed: Armed, view: View, calendar: Calendar
) -> Iterator[Timer]:
    ticket = view.ticket
    for level in deadline.levels:
        if level.condition is not None and not level.condition.holds(view):
            continue
        repeat = level_repeat(clock, deadline, level, limit, ticket, calendar)
        if repeat is None:
            continue
        key = TimerKey("deadline", clock.name, clock.run, level.name)
        due_at = _due(repeat, clock.fired.get(level.name), armed.get(key), ticket, calendar)
        if due_at is not None:
            durations = (deadline.within, level.late_by, level.every, level.left)
            provisional = _rests_on_working_time(durations) and calendar.provisional(due_at)
            yield Timer(key, due_at, provisional)


def _rests_on_working_time(durations: tuple[object, ...]) -> bool:
    return any(isinstance(duration, Duration) and duration.unit in WORKING for duration in durations)


def _reminder_timer(clock: Clock, reminder: Reminder, armed: Armed, view: View, calendar: Calendar) -> Timer | None:
    ticket = view.ticket
    if ticket.state not in reminder.states:
        return None
    if reminder.condition is not None and not reminder.condition.holds(view):
        return None
    key = TimerKey("reminder", clock.name, clock.run)
    due_at = _due(reminder_repeat(clock, reminder, calendar), clock.fired.get(""), armed.get(key), ticket, calendar)
    if due_at is None:
        return None
    provisional = _rests_on_working_time((reminder.after, reminder.every)) and calendar.provisional(due_at)
    return Timer(key, due_at, provisional)


def plan(
    ticket: Ticket, definition: Definition, calendar: Calendar, before: Ticket | None = None
) -> tuple[tuple[Clock, ...], tuple[Timer, ...]]:
    """The clocks with their limits as they stand at `ticket.at`, and every armed timer, in the order of the file.

    `ticket.timers` are those that were armed until now. `before`, if given, is the same ticket under the same
    definition one entry earlier: what the entry did not touch is taken over from it instead of being worked out
    again. The result is the same either way.
    """
    clocks: list[Clock] = []
    timers: list[Timer] = []
    view = ticket.view(definition)
    kept = _Kept(ticket, before)
    armed = {timer.key: timer.due_at for timer in ticket.timers}
    for clock in ticket.clocks:
        if not clock.open:
            clocks.append(clock)
            continue
        if clock.kind == "deadline" and clock.name in definition.deadlines:
            deadline = definition.deadlines[clock.name]
            if not kept.deadline(clock, deadline):
                counts = deadline.condition is None or deadline.condition.holds(view)
                limit = limit_of(clock, deadline, ticket, calendar) if counts else None
                if limit != clock.limit_at:
                    clock = replace(clock, limit_at=limit)
                if limit is not None:
                    timers.extend(_deadline_timers(clock, deadline, limit, armed, view, calendar))
                clocks.append(clock)
                continue
        elif clock.kind == "reminder" and clock.name in definition.reminders:
            reminder = definition.reminders[clock.name]
            if not kept.reminder(clock, reminder):
                timer = _reminder_timer(clock, reminder, armed, view, calendar)
                if timer is not None:
                    timers.append(timer)
                clocks.append(clock)
                continue
        timers.extend(kept.timers_of(clock))
        clocks.append(clock)
    return tuple(clocks), tuple(timers)


class _Kept:
    """What of a plan one entry cannot have changed."""

    def __init__(self, ticket: Ticket, before: Ticket | None) -> None:
        self.ticket = ticket
        self.before = before
        self.clocks = {id(clock) for clock in before.clocks} if before else set()
        same_fields = before is not None and before.fields is ticket.fields
        self.fields_changed = not same_fields

    def deadline(self, clock: Clock, deadline: Deadline) -> bool:
        if id(clock) not in self.clocks or deadline.condition is not None:
            return False
        if any(level.condition is not None for level in deadline.levels):
            return False
        if self.fields_changed and (deadline.replaced_by or deadline.no_later_than):
            return False
        return not self._retries(clock)

    def reminder(self, clock: Clock, reminder: Reminder) -> bool:
        if id(clock) not in self.clocks or reminder.condition is not None or self.before is None:
            return False
        if (self.before.state in reminder.states) != (self.ticket.state in reminder.states):
            return False
        return not self._retries(clock)

    def _retries(self, clock: Clock) -> bool:
        return any(fired.refused_at is not None for fired in clock.fired.values())

    def timers_of(self, clock: Clock) -> list[Timer]:
        if self.before is None:
            return []
        return [
            timer
            for timer in self.before.timers
            if (timer.key.kind, timer.key.name, timer.key.run) == (clock.kind, clock.name, clock.run)
        ]
