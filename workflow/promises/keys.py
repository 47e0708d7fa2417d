"""Keys: the clocks of a definition, and which of them surely tell somebody or surely move the ticket on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from workflow.definition import BY_CLOCK, DATES, Deadline, Definition, Level, Reminder


class Key(NamedTuple):
    """A clock: of which deadline or reminder, and by which rules it counts; `fixed`: no pause moves its limit."""

    kind: Literal["deadline", "reminder"]
    name: str
    since: tuple[str, ...]
    until: tuple[str, ...] = ()
    paused_in: frozenset[str] = frozenset()
    fixed: bool = False


class Timed(NamedTuple):
    """A level or a reminder (level "") of a clock."""

    key: Key
    level: str = ""


Keys = frozenset[Key]
NONE: Keys = frozenset()


def keys_of(one: Definition, unasked: frozenset[str] = frozenset()) -> Keys:
    """The clocks that surely tell somebody, or surely move the ticket on.

    Those that rest on a date that time alone may set, the `unasked`, are not among them.
    """
    found = {
        Key("reminder", reminder.name, reminder.since)
        for reminder in one.reminders.values()
        if counts(reminder) and not unasked & {*reminder.since}
    }
    for deadline in one.deadlines.values():
        moment = deadline.no_later_than
        dates = {*deadline.since, deadline.replaced_by, moment.field if moment is not None else None}
        if deadline.condition is None and any(map(counts, deadline.levels)) and not unasked & dates:
            found.add(key_of(deadline))
    return frozenset(found)


def every_key(one: Definition) -> Iterator[Key]:
    yield from map(key_of, one.deadlines.values())
    yield from (Key("reminder", reminder.name, reminder.since) for reminder in one.reminders.values())


def key_of(deadline: Deadline) -> Key:
    fixed = deadline.within is None
    return Key("deadline", deadline.name, deadline.since, deadline.until, deadline.paused_in, fixed)


def counts(part: Level | Reminder) -> bool:
    """Whether a level or a reminder always tells somebody when it is due; a move of the clock always does."""
    return part.condition is None and (part.effects.tells or part.effects.move is not None)


def surely_moves(one: Definition, members: Mapping[str, Definition], name: str, state: str) -> bool:
    """Whether the clock's move cannot be refused in a state."""
    move = one.transitions.get(name)
    if move is None or move.answer or BY_CLOCK not in move.by or state not in move.sources or BY_CLOCK in move.not_by:
        return False
    asks = move.fill or move.need or move.checks or move.wait_for or move.not_before or move.become
    if asks or move.at_most is not None or move.effects.open:
        return False
    ends = move.target is not None and move.target in one.states and one.states[move.target].end
    return not (ends and any(member.opens() for member in members.values()))


def dates_of(one: Definition, keys: Keys) -> frozenset[str]:
    """The date fields on which the clocks rest."""
    found: set[str] = set()
    for key in keys:
        found.update(name for name in key.since if name in one.fields and one.fields[name].type in DATES)
        if key.kind == "deadline":
            deadline = one.deadlines[key.name]
            moment = deadline.no_later_than
            named = (deadline.replaced_by, moment.field if moment is not None else None)
            found.update(name for name in named if name is not None)
    return frozenset(found)


def set_by_time(one: Definition) -> Iterator[str]:
    """The fields that levels and reminders set."""
    for reminder in one.reminders.values():
        yield from reminder.effects.set
    for deadline in one.deadlines.values():
        for level in deadline.levels:
            yield from level.effects.set
