"""Planning: the limits of a ticket's clocks and its armed timers, derived from the ticket as it stands.

It reads no history. Of what an entry has not touched nothing is worked out again: for every deadline and reminder it is
known from the definition what its plan rests on beside its own clock, and that is all there is to look at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from workflow.calendar import Calendar
from workflow.clocks import Clock
from workflow.condition_tree import AllOf, AnyOf, Compare, Filled, Is, Name, Not, Number, Percent, Same, Yes
from workflow.conditions import Condition
from workflow.definition import Deadline, Definition, Level, Reminder
from workflow.durations import Duration, Unit
from workflow.entry import TimerKey
from workflow.events import Key
from workflow.frozen import derived
from workflow.ticket import Ticket
from workflow.timers import Repeat, Timer, due_again, level_first, limit_of, reminder_first, reminder_repeat

_OF_VALUES = (AnyOf, AllOf, Not, Yes, Filled, Is, Same, Compare, Name, Number, Percent)
"""The parts of a condition that ask for nothing but values of fields."""

_WORKING = (Unit.WORKING_DAYS, Unit.WORKING_TIME)

_Run = tuple[str, str, int]
"""Which clock: kind, name and run."""


def plan(
    ticket: Ticket, definition: Definition, calendar: Calendar, before: Ticket | None = None
) -> tuple[tuple[Clock, ...], tuple[Timer, ...]]:
    """The clocks with their limits as they stand at `ticket.at`, and every armed timer, in the order of the file.

    `ticket.timers` are those that were armed until now. `before`, if given, is the same ticket under the same
    definition one entry earlier: what the entry did not touch is taken over from it instead of being worked out
    again. The result is the same either way; where it is what it was, it is the same object.
    """
    other = None if before is None else _other(ticket, definition, before)
    same = before is not None and ticket.clocks is before.clocks
    planned: dict[int, list[Timer]] = {}
    clocks = list(ticket.clocks)
    for place in _anew(ticket, definition, before, other):
        clock = clocks[place]
        was = _armed_on(clock, ticket.timers)
        if clock.kind == "reminder":
            timers = _of_reminder(clock, was, ticket, definition, calendar)
        elif (fired := _only_fired(clock, place, before, other)) is not None:
            timers = _fired_again(clock, fired, was, ticket, definition, calendar)
        else:
            clocks[place], timers = _of_deadline(clock, was, ticket, definition, calendar)
        same = same and clocks[place] is clock and timers == was
        planned[place] = timers
    if same:
        return ticket.clocks, ticket.timers
    kept = _by_clock(ticket.timers if before is not None else ())
    due: list[Timer] = []
    for place, clock in enumerate(clocks):
        if place in planned:
            due += planned[place]
        elif clock.ended_at is None:
            due += kept.get((clock.kind, clock.name, clock.run), ())
    return tuple(clocks), tuple(due)


def _armed_on(clock: Clock, timers: Iterable[Timer]) -> list[Timer]:
    run = clock.kind, clock.name, clock.run
    return [one for one in timers if one.key[1] == clock.name and one.key[:3] == run]


def _by_clock(timers: Iterable[Timer]) -> dict[_Run, list[Timer]]:
    found: dict[_Run, list[Timer]] = {}
    for timer in timers:
        found.setdefault(timer.key[:3], []).append(timer)
    return found


def _of_deadline(
    clock: Clock, was: list[Timer], ticket: Ticket, definition: Definition, calendar: Calendar
) -> tuple[Clock, list[Timer]]:
    """A clock with its limit, and the timers of its levels; `was` are those that were armed until now."""
    deadline = definition.deadlines[clock.name]
    counts = deadline.condition is None or deadline.condition.holds(ticket.view(definition))
    limit = limit_of(clock, deadline, ticket, calendar) if counts else None
    if limit != clock.limit_at:
        clock = clock.changed(limit_at=limit)
    if limit is None:
        return clock, []
    found = (_of_level(clock, deadline, level, limit, was, ticket, definition, calendar) for level in deadline.levels)
    return clock, [timer for timer in found if timer is not None]


def _fired_again(
    clock: Clock, fired: Collection[str], was: list[Timer], ticket: Ticket, definition: Definition, calendar: Calendar
) -> list[Timer]:
    """The timers of a deadline's levels after some of them have fired, and nothing else has changed.

    One that does not repeat had fired for the limit that stands.
    """
    deadline, limit = definition.deadlines[clock.name], clock.limit_at
    left = {timer.key.level: timer for timer in was if timer.key.level not in fired}
    for level in deadline.levels:
        if level.name in fired and level.every is not None and limit is not None:
            timer = _of_level(clock, deadline, level, limit, was, ticket, definition, calendar)
            if timer is not None:
                left[level.name] = timer
    return [left[level.name] for level in deadline.levels if level.name in left]


def _of_level(
    clock: Clock,
    deadline: Deadline,
    level: Level,
    limit: dt.datetime,
    was: list[Timer],
    ticket: Ticket,
    definition: Definition,
    calendar: Calendar,
) -> Timer | None:
    if level.condition is not None and not level.condition.holds(ticket.view(definition)):
        return None
    due_at = level_first(clock, deadline, level, limit, ticket, calendar)
    if due_at is None:
        return None
    fired = clock.fired.get(level.name)
    if fired is not None and due_at <= ticket.at:
        armed = next((one.due_at for one in was if one.key.level == level.name), None)
        due_at = due_again(Repeat(due_at, clock.spans, level.every, level.at), fired, armed, ticket, calendar)
        if due_at is None:
            return None
    provisional = level.name in _by_working_time(deadline) and calendar.provisional(due_at)
    return Timer(TimerKey("deadline", clock.name, clock.run, level.name), due_at, provisional)


def _of_reminder(
    clock: Clock, was: list[Timer], ticket: Ticket, definition: Definition, calendar: Calendar
) -> list[Timer]:
    """The timer of a reminder, if there is one."""
    reminder = definition.reminders[clock.name]
    if ticket.state not in reminder.states:
        return []
    if reminder.condition is not None and not reminder.condition.holds(ticket.view(definition)):
        return []
    due_at = reminder_first(clock, reminder, calendar)
    fired = clock.fired.get("")
    if fired is not None and due_at <= ticket.at:
        armed = was[0].due_at if was else None
        again = due_again(reminder_repeat(clock, reminder, calendar), fired, armed, ticket, calendar)
        if again is None:
            return []
        due_at = again
    provisional = _rests_on_working_time(reminder) and calendar.provisional(due_at)
    return [Timer(TimerKey("reminder", clock.name, clock.run), due_at, provisional)]


@derived
def _by_working_time(deadline: Deadline) -> frozenset[str]:
    """The levels that rest on working time."""
    return frozenset(
        level.name
        for level in deadline.levels
        if _on_working_time(deadline.within, level.late_by, level.every, level.left)
    )


@derived
def _rests_on_working_time(reminder: Reminder) -> bool:
    return _on_working_time(reminder.after, reminder.every)


def _on_working_time(*durations: object) -> bool:
    return any(isinstance(duration, Duration) and duration.unit in _WORKING for duration in durations)


# --- What of a plan one entry may have changed ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Resting:
    """What plans rest on beside their clocks: values of fields; states; and what conditions ask for beside fields."""

    anything: frozenset[Key]
    fields: tuple[tuple[Key, str], ...]
    bound: tuple[tuple[Key, frozenset[str]], ...]


@derived
def _resting(definition: Definition) -> _Resting:
    conditions: list[tuple[Key, Condition | None]] = []
    fields: list[tuple[Key, str]] = []
    for deadline in definition.deadlines.values():
        key = "deadline", deadline.name
        conditions += [(key, deadline.condition), *((key, level.condition) for level in deadline.levels)]
        dates = (deadline.replaced_by, deadline.no_later_than.field if deadline.no_later_than is not None else None)
        fields += [(key, name) for name in dates if name is not None]
    conditions += [(("reminder", reminder.name), reminder.condition) for reminder in definition.reminders.values()]
    anything: set[Key] = set()
    for key, condition in conditions:
        if condition is not None:
            asked = _fields_of(condition, definition)
            fields += [(key, name) for name in asked or ()]
            anything |= set() if asked else {key}
    bound = tuple((("reminder", reminder.name), reminder.states) for reminder in definition.reminders.values())
    return _Resting(frozenset(anything), tuple(fields), bound)


def _fields_of(condition: Condition, definition: Definition) -> frozenset[str] | None:
    """The fields whose values alone a condition rests on; None if it may rest on more."""
    if not all(isinstance(part, _OF_VALUES) for part in condition.parts()):
        return None
    names = condition.names()
    plain = all(name in definition.fields and definition.fields[name].formula is None for name in names)
    return names if plain else None


def _other(ticket: Ticket, definition: Definition, before: Ticket) -> frozenset[Key]:
    """The deadlines and reminders for which something else may hold now than one entry before."""
    resting = _resting(definition)
    found = resting.anything
    if ticket.fields is not before.fields and resting.fields:
        now, was = ticket.fields, before.fields
        found |= {key for key, name in resting.fields if now.get(name) != was.get(name)}
    if ticket.state != before.state:
        found |= {key for key, states in resting.bound if (ticket.state in states) != (before.state in states)}
    return found


def _anew(ticket: Ticket, definition: Definition, before: Ticket | None, other: frozenset[Key] | None) -> list[int]:
    """The places of the clocks that are to be planned; of the others everything stays as it was in `before`."""
    if before is None or other is None:
        has = {"deadline": definition.deadlines, "reminder": definition.reminders}
        return [place for place, one in enumerate(ticket.clocks) if one.ended_at is None and one.name in has[one.kind]]
    known = set(map(id, before.clocks))
    return [
        place
        for place, clock in enumerate(ticket.clocks)
        if clock.ended_at is None
        and (
            id(clock) not in known or (clock.fired and _refused(clock)) or (other and (clock.kind, clock.name) in other)
        )
    ]


def _refused(clock: Clock) -> bool:
    """Whether one of its moves was refused, which is tried again once the ticket has changed."""
    return any(fired.refused_at is not None for fired in clock.fired.values())


def _only_fired(
    clock: Clock, place: int, before: Ticket | None, other: frozenset[Key] | None
) -> Collection[str] | None:
    """The levels that have fired since `before`, if nothing else has changed of what they rest on; otherwise None."""
    if before is None or other is None or (clock.kind, clock.name) in other or place >= len(before.clocks):
        return None
    was = before.clocks[place]
    if (
        (was.kind, was.name, was.run) != (clock.kind, clock.name, clock.run)
        or was.limit_at is not clock.limit_at
        or was.spans is not clock.spans
        or was.extended is not clock.extended
        or was.started_at is not clock.started_at
        or _refused(clock)
    ):
        return None
    return [name for name, fired in clock.fired.items() if fired is not was.fired.get(name)]
