"""Planning: the limits of a ticket's clocks and its armed timers, derived from the ticket as it stands.

It reads no history. Of what an entry has not touched nothing is worked out again: for every deadline and reminder it is
known from the definition what its plan rests on beside its own clock, and that is all there is to look at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from workflow.calendar import Calendar
from workflow.clocks import Clock
from workflow.condition_tree import AllOf, AnyOf, Compare, Filled, Is, Name, Not, Number, Percent, Same, Yes
from workflow.conditions import Condition
from workflow.definition import Deadline, Definition, Level, Reminder
from workflow.durations import Duration, Unit
from workflow.entry import TimerKey
from workflow.events import Key, places_of
from workflow.frozen import derived
from workflow.ticket import Ticket
from workflow.timers import Repeat, Timer, due_again, level_first, limit_of, reminder_first, reminder_repeat

_OF_VALUES = (AnyOf, AllOf, Not, Yes, Filled, Is, Same, Compare, Name, Number, Percent)
"""The parts of a condition that ask for nothing but values of fields."""

_WORKING = (Unit.WORKING_DAYS, Unit.WORKING_TIME)

_NONE: frozenset[Key] = frozenset()

_NOTHING: list[Timer] = []


def plan(
    ticket: Ticket,
    definition: Definition,
    calendar: Calendar,
    before: Ticket | None = None,
    moved: Collection[Key] = (),
) -> tuple[tuple[Clock, ...], tuple[Timer, ...]]:
    """The clocks with their limits as they stand at `ticket.at`, and every armed timer, in the order of the file.

    `ticket.timers` are those that were armed until now. `before`, if given, is the same ticket under the same
    definition one entry earlier, and `moved` has the deadlines and reminders of which it had other clocks: what the
    entry did not touch is taken over from it instead of being worked out again. The result is the same either way;
    where it is what it was, it is the same object.
    """
    if before is None:
        other: Collection[Key] = ()
        anew: Collection[Key] = places_of(definition)
    else:
        other = _other(ticket, definition, before)
        anew = {*moved, *other} if moved else other
        if not anew:
            return ticket.clocks, ticket.timers
    armed = _by_key(ticket.timers)
    clocks = list(ticket.clocks)
    due: list[Timer] = []
    same = before is not None and not moved
    for place, clock in enumerate(ticket.clocks):
        if clock.ended_at is not None:
            continue
        key: Key = (clock.kind, clock.name)
        timers = was = armed.get(key, _NOTHING)
        if key in anew:
            if clock.kind == "reminder":
                timers = _of_reminder(clock, was, ticket, definition, calendar)
            elif before is not None and key not in other and (fired := _only_fired(clock, place, before)) is not None:
                timers = _fired_again(clock, fired, was, ticket, definition, calendar)
            else:
                clocks[place], timers = _of_deadline(clock, was, ticket, definition, calendar)
            same = same and clocks[place] is clock and timers == was
        elif before is None:
            timers = _NOTHING  # of a definition that it once had
        due += timers
    return (ticket.clocks, ticket.timers) if same else (tuple(clocks), tuple(due))


def _by_key(timers: Iterable[Timer]) -> dict[Key, list[Timer]]:
    """The timers by their deadline or reminder, of which at most one clock is open."""
    found: dict[Key, list[Timer]] = {}
    for timer in timers:
        found.setdefault(timer.key[:2], []).append(timer)
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
    """What plans rest on beside their clocks.

    `anything` has those with conditions that ask for more than fields, `fields` those whose values matter, and
    `waiting` the reminders that may come in a state.
    """

    anything: frozenset[Key]
    fields: tuple[tuple[Key, str], ...]
    waiting: Mapping[str, frozenset[Key]]


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
    waiting: dict[str, set[Key]] = {}
    for reminder in definition.reminders.values():
        for state in reminder.states:
            waiting.setdefault(state, set()).add(("reminder", reminder.name))
    in_states = {state: frozenset(keys) for state, keys in waiting.items()}
    return _Resting(frozenset(anything), tuple(fields), in_states)


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
    refused = [(one.kind, one.name) for one in ticket.clocks if one.fired and _refused(one)]
    if refused:
        found = found.union(refused)
    if ticket.state != before.state:
        found |= resting.waiting.get(ticket.state, _NONE) ^ resting.waiting.get(before.state, _NONE)
    return found


def _refused(clock: Clock) -> bool:
    """Whether one of its moves was refused, which is tried again once the ticket has changed."""
    return any(fired.refused_at is not None for fired in clock.fired.values())


def _only_fired(clock: Clock, place: int, before: Ticket) -> Collection[str] | None:
    """The levels that have fired since `before`; None if something else of the clock has changed on which they rest."""
    was = before.clocks[place] if place < len(before.clocks) else None
    if (
        was is None
        or (was.kind, was.name, was.run) != (clock.kind, clock.name, clock.run)
        or was.limit_at is not clock.limit_at
        or was.spans is not clock.spans
        or was.extended is not clock.extended
        or was.started_at is not clock.started_at
    ):
        return None
    return [name for name, fired in clock.fired.items() if fired is not was.fired.get(name)]
