"""Settling: firing what is due on a ticket, in order, before anything else happens to it.

The outcome is a function of instants alone: a late scheduler changes only when things were written down and
when somebody was told. Of missed repeats that only tell, the newest stands for all (it says how many); a
repeat that would change the ticket is never left out, because what comes after it may depend on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflow.children import new_children
from workflow.clocks import Clock
from workflow.deciding import Cause, decide
from workflow.definition import Deadline, Definition, Effects, Level, Reminder, Who
from workflow.effects import Draft, would_change
from workflow.entry import TimerKey
from workflow.frozen import derived
from workflow.ticket import CLOCK, Decision, Facts, Move, Refusal, Ticket
from workflow.timers import MICROSECOND, Timer, level_repeat, reminder_repeat

MOST_FIRINGS = 5_000
"""More entries than this in one settling is a definition that moves in circles."""


class SettlingEndless(Exception):
    """A ticket's timers keep causing each other: it is set aside, and somebody has to look at its definition."""


@dataclass(frozen=True, slots=True)
class Due:
    """A timer that is to fire, at which of its occurrences, and how many earlier ones that one stands for."""

    timer: Timer
    due_at: dt.datetime
    skipped: int = 0


def settle(definition: Definition, ticket: Ticket, until: dt.datetime, facts: Facts) -> tuple[Decision, ...]:
    """Fire every timer with `due_at <= until`, by due instant, then by the order of the file.

    Each entry has `at = due_at`, or the ticket's own `at` where a limit that moved has already passed. Raises
    SettlingEndless for a definition whose timers never come to rest.
    """
    decisions: list[Decision] = []
    while True:
        due = next_due(definition, ticket, until, facts)
        if due is None:
            return tuple(decisions)
        for decision in fire(definition, ticket, due, facts):
            decisions.append(decision)
            ticket, definition = decision.ticket, decision.definition
            facts = facts.changed(history=(*facts.history, decision.entry)) if facts.history else facts
        if len(decisions) > MOST_FIRINGS:
            raise SettlingEndless(f"{ticket.number}: more than {MOST_FIRINGS} firings up to {until:%Y-%m-%d %H:%M}Z")


def _seen(facts: Facts, decisions: tuple[Decision, ...]) -> Facts:
    if not decisions:
        return facts
    return facts.changed(history=(*facts.history, *(decision.entry for decision in decisions)))


def effects_of(definition: Definition, key: TimerKey) -> tuple[Effects, Level | Reminder]:
    """What a timer does when it fires, and the part of the definition that says so."""
    if key.kind == "reminder":
        reminder = definition.reminders[key.name]
        return reminder.effects, reminder
    level = _levels(definition.deadlines[key.name])[key.level]
    return level.effects, level


@derived
def _levels(deadline: Deadline) -> Mapping[str, Level]:
    return {level.name: level for level in deadline.levels}


def first_change(definition: Definition, ticket: Ticket, until: dt.datetime, facts: Facts) -> dt.datetime | None:
    """When the first timer up to `until` is due that changes the ticket, as far as things stand."""
    due = [one.due_at for one in ticket.timers if one.due_at <= until and _changes(definition, ticket, one, facts)]
    return min(due, default=None)


def next_due(definition: Definition, ticket: Ticket, until: dt.datetime, facts: Facts) -> Due | None:
    """The next firing up to `until`.

    A timer that only tells and repeats is taken at its newest occurrence before anything that changes the
    ticket; so nothing that is told has been overtaken, and nobody is told the same a hundred times. Before is
    also by the order of the file, where both are due at the same instant.
    """
    armed = [timer for timer in ticket.timers if timer.due_at <= until]
    if not armed:
        return None
    changing = [timer for timer in armed if _changes(definition, ticket, timer, facts)]
    first = min(changing, key=lambda timer: timer.due_at, default=None)
    horizon = until if first is None else first.due_at
    found: list[Due] = []
    for timer in armed:
        if timer is first:
            found.append(Due(timer, timer.due_at))
            horizon -= MICROSECOND
        elif timer not in changing and timer.due_at <= horizon:
            found.append(_newest(definition, ticket, timer, horizon, facts))
    return min(found, key=lambda due: due.due_at, default=None)


def _changes(definition: Definition, ticket: Ticket, timer: Timer, facts: Facts) -> bool:
    effects, _ = effects_of(definition, timer.key)
    return would_change(effects, ticket, definition, timer.due_at, facts.calendar)


def _newest(definition: Definition, ticket: Ticket, timer: Timer, horizon: dt.datetime, facts: Facts) -> Due:
    """The newest occurrence of a timer up to `horizon`, and how many earlier ones it stands for."""
    key, calendar = timer.key, facts.calendar
    _, part = effects_of(definition, key)
    if part.every is None:
        return Due(timer, timer.due_at)
    clock = _clock_of(ticket, key)
    if clock is None:
        raise LookupError(f"{ticket.number} has no clock for the timer {key}")
    if isinstance(part, Reminder):
        repeat = reminder_repeat(clock, part, calendar)
    else:
        deadline = definition.deadlines[key.name]
        found = level_repeat(clock, deadline, part, clock.limit_at or timer.due_at, ticket, calendar)
        if found is None:
            return Due(timer, timer.due_at)
        repeat = found
    if timer.due_at < repeat.first:
        return Due(timer, timer.due_at)  # a refused move, tried again between its occurrences
    armed, following = repeat.around(timer.due_at, calendar)
    if following is None or following > horizon:
        return Due(timer, timer.due_at)  # the usual case: nothing was missed
    newest = repeat.number_at(horizon, calendar)
    occurrence = repeat.occurrence(newest, calendar)
    return Due(timer, occurrence or timer.due_at, newest - armed if occurrence else 0)


def _clock_of(ticket: Ticket, key: TimerKey) -> Clock | None:
    """The clock on which a timer is armed."""
    kind, name, run, _ = key
    for clock in ticket.clocks:
        if clock.name == name and clock.run == run and clock.kind == kind:
            return clock
    return None


def fire(definition: Definition, ticket: Ticket, due: Due, facts: Facts) -> Iterator[Decision]:
    """The entry of a timer, and those of the moves that it makes."""
    key = due.timer.key
    effects, _ = effects_of(definition, key)
    at = max(due.due_at, ticket.at)
    draft = Draft(ticket, definition, CLOCK, at, facts.calendar)
    draft.carry_out(effects, "reminder" if key.kind == "reminder" else "level")
    draft.children += new_children(effects.open, draft.ticket, definition, facts, CLOCK, {})
    clock = _clock_of(ticket, key)
    fired = draft.decision(
        "reminder" if key.kind == "reminder" else "level",
        key.name,
        due_at=due.due_at,
        timer=key,
        limit_at=clock.limit_at if clock is not None else None,
        skipped=due.skipped,
    )
    yield fired
    facts = _seen(facts, (fired,)) if facts.history else facts
    yield from moved_on(fired, at, facts, Cause(timer=key, due_at=due.due_at))


def moved_on(decision: Decision, at: dt.datetime, facts: Facts, cause: Cause | None) -> Iterator[Decision]:
    """The moves that a decision's effects ask the clock to make, and the moves that those ask for."""
    waiting = list(decision.moves)
    made = 0
    while waiting:
        name = waiting.pop(0)
        move = Move(transition=name, actor=CLOCK, at=at)
        decided = decide(decision.definition, decision.ticket, move, facts, cause)
        if isinstance(decided, Refusal):
            decision = _refused(decision, name, decided, at, facts, cause)
        else:
            decision = decided
            waiting.extend(decided.moves)
        yield decision
        facts = _seen(facts, (decision,)) if facts.history else facts
        made += 1
        if made > MOST_FIRINGS:
            raise SettlingEndless(f"{decision.ticket.number}: “{name}” keeps moving the ticket on")


def _refused(
    before: Decision, name: str, refusal: Refusal, at: dt.datetime, facts: Facts, cause: Cause | None
) -> Decision:
    """The clock could not make a move: the reasons are written, and the accountable role is told."""
    ticket, definition = before.ticket, before.definition
    draft = Draft(ticket, definition, CLOCK, at, facts.calendar)
    draft.tell((Who("word", "accountable"),), "refusal")
    return draft.decision(
        "refusal",
        name,
        due_at=cause.due_at if cause else None,
        timer=cause.timer if cause else None,
        reasons=refusal.blockers,
    )
