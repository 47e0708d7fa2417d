"""Planning: the limits of a ticket's clocks and its armed timers, derived from the ticket as it stands.

It reads no history. Of what an entry has not touched nothing is worked out again: for every deadline and reminder it is
known from the definition what its plan rests on beside its own clock, and that is all there is to look at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workflow.calendar import Calendar
from workflow.clocks import Clock
from workflow.definition import Deadline, Definition, Level, Reminder
from workflow.durations import Duration, Unit
from workflow.entry import TimerKey
from workflow.frozen import derived
from workflow.ticket import Ticket, View
from workflow.timers import Timer, level_repeat, limit_of, reminder_repeat, when_due

_WORKING = (Unit.WORKING_DAYS, Unit.WORKING_TIME)

_Armed = Sequence[Timer]
"""The timers of one clock until now."""


def plan(
    ticket: Ticket, definition: Definition, calendar: Calendar, before: Ticket | None = None
) -> tuple[tuple[Clock, ...], tuple[Timer, ...]]:
    """The clocks with their limits as they stand at `ticket.at`, and every armed timer, in the order of the file.

    `ticket.timers` are those that were armed until now. `before`, if given, is the same ticket under the same
    definition one entry earlier: what the entry did not touch is taken over from it instead of being worked out
    again. The result is the same either way; where it is what it was, it is the same object.
    """
    anew = _anew(ticket, definition, before)
    view = ticket.view(definition)
    planned: dict[int, tuple[Clock, Sequence[Timer]]] = {}
    same = before is not None and ticket.clocks is before.clocks
    for place in anew:
        was = ticket.clocks[place]
        armed = _of(was, ticket.timers)
        planned[place] = clock, timers = _planned(was, armed, view, calendar)
        same = same and clock is was and timers == armed
    if same:
        return ticket.clocks, ticket.timers
    kept = _by_clock(ticket.timers if before is not None else ())
    clocks = list(ticket.clocks)
    found: list[Timer] = []
    for place, clock in enumerate(ticket.clocks):
        if place in planned:
            clocks[place], due = planned[place]
            found += due
        elif clock.ended_at is None:
            found += kept.get((clock.kind, clock.name, clock.run), ())
    return tuple(clocks), tuple(found)


def _of(clock: Clock, timers: Iterable[Timer]) -> list[Timer]:
    key = (clock.kind, clock.name, clock.run)
    return [one for one in timers if one.key[1] == clock.name and one.key[:3] == key]


def _by_clock(timers: Iterable[Timer]) -> dict[tuple[str, str, int], list[Timer]]:
    found: dict[tuple[str, str, int], list[Timer]] = {}
    for timer in timers:
        found.setdefault(timer.key[:3], []).append(timer)
    return found


def _planned(clock: Clock, armed: _Armed, view: View, calendar: Calendar) -> tuple[Clock, list[Timer]]:
    """A clock with its limit, and its timers."""
    ticket, definition = view.ticket, view.definition
    if clock.kind == "reminder":
        timer = _reminder_timer(clock, definition.reminders[clock.name], armed, view, calendar)
        return clock, [] if timer is None else [timer]
    deadline = definition.deadlines[clock.name]
    counts = deadline.condition is None or deadline.condition.holds(view)
    limit = limit_of(clock, deadline, ticket, calendar) if counts else None
    if limit != clock.limit_at:
        clock = clock.changed(limit_at=limit)
    return clock, [] if limit is None else _level_timers(clock, deadline, limit, armed, view, calendar)


def _level_timers(
    clock: Clock, deadline: Deadline, limit: dt.datetime, armed: _Armed, view: View, calendar: Calendar
) -> list[Timer]:
    found = []
    for level, working in _levels(deadline):
        if level.condition is not None and not level.condition.holds(view):
            continue
        repeat = level_repeat(clock, deadline, level, limit, view.ticket, calendar)
        if repeat is None:
            continue
        due_at = when_due(repeat, clock.fired.get(level.name), _was_due(armed, level.name), view.ticket, calendar)
        if due_at is not None:
            key = TimerKey("deadline", clock.name, clock.run, level.name)
            found.append(Timer(key, due_at, working and calendar.provisional(due_at)))
    return found


def _reminder_timer(clock: Clock, reminder: Reminder, armed: _Armed, view: View, calendar: Calendar) -> Timer | None:
    ticket = view.ticket
    if ticket.state not in reminder.states:
        return None
    if reminder.condition is not None and not reminder.condition.holds(view):
        return None
    repeat = reminder_repeat(clock, reminder, calendar)
    due_at = when_due(repeat, clock.fired.get(""), _was_due(armed, ""), ticket, calendar)
    if due_at is None:
        return None
    provisional = _by_working_time(reminder) and calendar.provisional(due_at)
    return Timer(TimerKey("reminder", clock.name, clock.run), due_at, provisional)


def _was_due(armed: _Armed, level: str) -> dt.datetime | None:
    """When the timer of a level was due until now."""
    return next((one.due_at for one in armed if one.key.level == level), None) if armed else None


@derived
def _levels(deadline: Deadline) -> tuple[tuple[Level, bool], ...]:
    """The levels, each with whether it rests on working time."""
    return tuple(
        (level, _on_working_time(deadline.within, level.late_by, level.every, level.left)) for level in deadline.levels
    )


@derived
def _by_working_time(reminder: Reminder) -> bool:
    return _on_working_time(reminder.after, reminder.every)


def _on_working_time(*durations: object) -> bool:
    return any(isinstance(duration, Duration) and duration.unit in _WORKING for duration in durations)


# --- What of a plan one entry may have changed ------------------------------------------------------------------


_Key = tuple[str, str]
"""Kind and name of a deadline or reminder."""


@dataclass(frozen=True, slots=True)
class _Resting:
    """What plans rest on beside their clocks: conditions, which may ask for anything; dates in fields; states."""

    conditional: frozenset[_Key]
    dated: tuple[tuple[_Key, str], ...]
    bound: tuple[tuple[_Key, frozenset[str]], ...]


@derived
def _resting(definition: Definition) -> _Resting:
    conditional: set[_Key] = set()
    dated: list[tuple[_Key, str]] = []
    for deadline in definition.deadlines.values():
        key = "deadline", deadline.name
        if deadline.condition is not None or any(level.condition is not None for level in deadline.levels):
            conditional.add(key)
        dates = (deadline.replaced_by, deadline.no_later_than.field if deadline.no_later_than is not None else None)
        dated += [(key, name) for name in dates if name is not None]
    for reminder in definition.reminders.values():
        if reminder.condition is not None:
            conditional.add(("reminder", reminder.name))
    bound = tuple((("reminder", reminder.name), reminder.states) for reminder in definition.reminders.values())
    return _Resting(frozenset(conditional), tuple(dated), bound)


def _other(ticket: Ticket, definition: Definition, before: Ticket) -> frozenset[_Key]:
    """The deadlines and reminders for which something else may hold now than one entry before."""
    resting = _resting(definition)
    found = resting.conditional
    if ticket.fields is not before.fields and resting.dated:
        found |= {key for key, name in resting.dated if ticket.fields.get(name) != before.fields.get(name)}
    if ticket.state != before.state:
        found |= {key for key, states in resting.bound if (ticket.state in states) != (before.state in states)}
    return found


def _anew(ticket: Ticket, definition: Definition, before: Ticket | None) -> list[int]:
    """The places of the clocks that are to be planned; of the others everything stays as it was in `before`."""
    if before is None:
        has = {"deadline": definition.deadlines, "reminder": definition.reminders}
        return [place for place, one in enumerate(ticket.clocks) if one.ended_at is None and one.name in has[one.kind]]
    other = _other(ticket, definition, before)
    known = {id(clock) for clock in before.clocks} if ticket.clocks is not before.clocks else None
    return [
        place
        for place, clock in enumerate(ticket.clocks)
        if clock.ended_at is None
        and (
            (known is not None and id(clock) not in known)
            or (clock.kind, clock.name) in other
            or (clock.fired and _refused(clock))
        )
    ]


def _refused(clock: Clock) -> bool:
    """Whether one of its moves was refused, which is tried again once the ticket has changed."""
    return any(fired.refused_at is not None for fired in clock.fired.values())
