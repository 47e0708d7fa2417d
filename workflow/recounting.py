"""The clocks of a ticket that goes on by another definition: by `become`, or carried over to a newer revision.

What the other definition counts as the one before did is the same clock. The rest is worked out from the history as if
it had held from the start, so that nobody loses or gains time by the change. What has ended has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from workflow.calendar import Calendar
from workflow.clocks import Clock, advance, dropped, in_order
from workflow.definition import NEW, Deadline, Definition, Level
from workflow.entry import Entry
from workflow.ticket import Ticket
from workflow.timers import Timer

NONE: Mapping[str, str] = {}


def become(
    ticket: Ticket,
    entry: Entry,
    state: str,
    source: Definition,
    target: Definition,
    history: Sequence[Entry],
    calendar: Calendar,
) -> tuple[Clock, ...]:
    """The clocks of a ticket that became another definition with this entry.

    A clock that both have is the same clock. One that only the target has is worked out from the history as if
    the target had held from the start; of its runs only one that is still open is kept, for one that would have
    ended before was nobody's deadline. One that only the source had ends here, met or dropped.
    """

    def in_target(clock: Clock) -> bool:
        return clock.name in (target.deadlines if clock.kind == "deadline" else target.reminders)

    shared = tuple(clock for clock in ticket.clocks if in_target(clock))
    names = {(clock.kind, clock.name) for clock in shared}
    now, _ = advance(in_order(shared, target), entry, state, target, calendar)
    past = tuple(clock for clock in ticket.clocks if not in_target(clock))
    keys = {(clock.kind, clock.name, clock.run) for clock in past}
    gone, _ = advance(past, entry, state, source, calendar)
    left = tuple(clock for clock in gone if (clock.kind, clock.name, clock.run) in keys)
    derived = _from_the_start((*history, entry), target, calendar)
    return in_order(
        (
            *(clock for clock in now if (clock.kind, clock.name) in names),
            *(clock for clock in derived if clock.open and (clock.kind, clock.name) not in names),
            *(dropped(clock, entry) if clock.open else clock for clock in left),
        ),
        target,
    )


def carried_over(
    ticket: Ticket,
    entry: Entry,
    state: str,
    source: Definition,
    target: Definition,
    history: Sequence[Entry],
    calendar: Calendar,
) -> tuple[tuple[Clock, ...], tuple[Timer, ...]]:
    """The clocks of a ticket that was carried over to a newer revision with this entry, and what was armed on them.

    A clock that begins, ends and pauses as before is the same clock, whatever its limit and levels. Any other is worked
    out from the history as if the newer revision had held from the start, states that go by another name included; it
    keeps its number, what has fired and its lateness. One that would have ended, or not have begun, is dropped.
    """
    kept, _ = advance(in_order(ticket.clocks, target), entry, state, target, calendar)
    levels = {
        name: _same_levels(source.deadlines[name], one)
        for name, one in target.deadlines.items()
        if name in source.deadlines
    }
    otherwise = set(_counted_otherwise(source, target, entry.mapped))
    derived = _from_the_start((*history, entry), target, calendar) if otherwise else ()
    again: dict[tuple[str, str], Clock] = {(one.kind, one.name): one for one in derived if one.open}
    last: dict[tuple[str, str], Clock] = {(one.kind, one.name): one for one in kept}  # runs are in order
    clocks = [
        clock
        for clock in kept
        if (clock.kind, clock.name) not in otherwise or clock is not last[clock.kind, clock.name] or not clock.open
    ]
    for key in otherwise:
        old, new = last.get(key), again.get(key)
        if old is not None and old.open:
            clocks.append(dropped(old, entry) if new is None else _counted_as(old, new))
        elif new is not None:
            same = old is not None and (old.origin, old.started_at) == (new.origin, new.started_at)
            run = old.run + 1 if old is not None else 1
            clocks.append(new.changed(run=run, fired=old.fired if old is not None and same else {}))
    renamed = [_with_levels(one, levels.get(one.name)) if one.kind == "deadline" else one for one in clocks]
    return in_order(renamed, target), tuple(_armed_by(ticket.timers, levels))


def _from_the_start(history: Sequence[Entry], target: Definition, calendar: Calendar) -> tuple[Clock, ...]:
    """The clocks that a history would have led to, had the target held from the start."""
    derived: tuple[Clock, ...] = ()
    was = NEW
    for earlier in _as_called_now(history):
        was = earlier.target or was
        derived, _ = advance(derived, earlier, was, target, calendar)
    return derived


def _as_called_now(history: Sequence[Entry]) -> list[Entry]:
    """The entries with their states as later revisions call them."""
    mapped: Mapping[str, str] = NONE
    found = []
    for entry in reversed(history):
        if entry.target is not None and entry.target in mapped:
            entry = replace(entry, target=mapped[entry.target])
        if entry.mapped:
            mapped = {**mapped, **{old: mapped.get(new, new) for old, new in entry.mapped.items()}}
        found.append(entry)
    return found[::-1]


def _counted_otherwise(source: Definition, target: Definition, mapped: Mapping[str, str]) -> list[tuple[str, str]]:
    """The clocks of the target that the source does not have, or begins, ends or pauses at other events."""

    def called(names: Iterable[str]) -> frozenset[str]:
        return frozenset(mapped.get(name, name) for name in names)

    found = []
    for name, one in target.deadlines.items():
        was = source.deadlines.get(name)
        if was is None or (one.since, frozenset(one.until), one.paused_in) != (
            tuple(mapped.get(event, event) for event in was.since),
            called(was.until),
            called(was.paused_in),
        ):
            found.append(("deadline", name))
    for name, reminder in target.reminders.items():
        before = source.reminders.get(name)
        if before is None or reminder.since != tuple(mapped.get(event, event) for event in before.since):
            found.append(("reminder", name))
    return found


def _counted_as(old: Clock, new: Clock) -> Clock:
    """An open clock with the start and the spans of one that was worked out anew."""
    return old.changed(origin=new.origin, started_at=new.started_at, spans=new.spans)


# --- Levels -----------------------------------------------------------------------------------------------------------


def _same_levels(was: Deadline, now: Deadline) -> Mapping[str, str]:
    """By the name of a level before, what it is called now: the one that comes at the same time, or in the same place.

    A level that is called by its place must not be taken for another because one was written before it.
    """
    if [_when(one) for one in was.levels] == [_when(one) for one in now.levels]:
        return {one.name: one.name for one in now.levels}
    found: dict[str, str] = {}
    for same in (_when, lambda one: one.name):
        for old in was.levels:
            if old.name not in found:
                alike = (one.name for one in now.levels if same(one) == same(old) and one.name not in found.values())
                if (name := next(alike, None)) is not None:
                    found[old.name] = name
    return found


def _when(level: Level) -> object:
    return level.kind, level.left, level.late_by


def _with_levels(clock: Clock, levels: Mapping[str, str] | None) -> Clock:
    if levels is None or not clock.open or all(levels.get(name) == name for name in clock.fired):
        return clock
    return clock.changed(fired={levels[name]: fired for name, fired in clock.fired.items() if name in levels})


def _armed_by(timers: Iterable[Timer], levels: Mapping[str, Mapping[str, str]]) -> Iterable[Timer]:
    for timer in timers:
        name = levels.get(timer.key.name, NONE).get(timer.key.level) if timer.key.kind == "deadline" else ""
        if name is not None:
            yield replace(timer, key=timer.key._replace(level=name))
