"""Silence: that something keeps telling somebody, or moves the ticket on, in every open state."""

from __future__ import annotations

from workflow.definition import Definition
from workflow.reading.checks.draft import Draft, Found, fault, tells
from workflow.reading.checks.ways import clock_places, open_states


def silent_state(draft: Draft) -> Found:
    """An open state in which a ticket may lie for ever without anybody hearing of it."""
    told = _told(draft, draft.definition)
    for name in open_states(draft):
        if name not in told:
            yield fault(
                ("states", name),
                "silent_state",
                f"nothing keeps telling anybody of a ticket in {name}; add a reminder with `every`, or `accept` it",
                f"工单停在 {name} 时没有任何反复的提醒；请加带 every 的催办，或用 accept 说明理由",
                of_key=True,
                severity="warning",
            )


def silent_states(draft: Draft, one: Definition) -> list[str]:
    """The open states of another definition of which nothing keeps telling anybody."""
    told = _told(draft, one)
    return [state.name for state in one.states.values() if not state.end and state.name not in told]


def _told(draft: Draft, one: Definition) -> set[str]:
    """The states in which a reminder repeats or moves on, or a deadline that surely runs there repeats."""
    told: set[str] = set()
    for reminder in one.reminders.values():
        repeats = reminder.every is not None and tells(reminder.effects)
        if reminder.condition is None and (repeats or reminder.effects.move is not None):
            told |= reminder.states
    for deadline in one.deadlines.values():
        again = any(level.every and tells(level.effects) and level.condition is None for level in deadline.levels)
        if again and deadline.condition is None and deadline.within is not None:
            clock = clock_places(draft, one, deadline)
            told |= clock.running - clock.idle - deadline.paused_in
    return told
