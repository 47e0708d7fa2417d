"""Silence: that something keeps telling somebody, or moves the ticket on, in every open state, and warns of its end.

This is the quick look at a file. How long a silence is, and whether a move of the clock may be refused, is worked out
in `workflow.promises`; a test holds that both say the same of every definition that the house ships.
"""

from __future__ import annotations

from workflow.definition import BY_CLOCK, Deadline, Definition, Level
from workflow.durations import Duration
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.checks.ways import clock_places, is_left, open_states
from workflow.reading.nodes import Path


def silent_state(draft: Draft) -> Found:
    """An open state in which a ticket may lie for ever without anybody hearing of it."""
    told = _told(draft, draft.definition)
    for name in open_states(draft):
        if name not in told and is_left(draft, (draft.definition.name, name)):
            yield fault(
                ("states", name),
                "silent_state",
                f"nothing keeps telling anybody of a ticket in `{name}`; add a reminder with `every`, or write "
                f"`accept: {{silent_state: reason}}`",
                f"工单停在 `{name}` 时没有任何反复的提醒；请加带 `every` 的催办，或写 `accept: {{silent_state: 理由}}`",
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
        repeats = reminder.every is not None and reminder.effects.tells
        if reminder.condition is None and (repeats or reminder.effects.move is not None):
            told |= reminder.states
    for deadline in one.deadlines.values():
        again = any(level.every and level.effects.tells and level.condition is None for level in deadline.levels)
        if again and deadline.condition is None and _surely_limited(draft, one, deadline):
            clock = clock_places(draft, one, deadline)
            told |= clock.running - clock.idle - deadline.paused_in
    return told


def _surely_limited(draft: Draft, one: Definition, deadline: Deadline) -> bool:
    """Whether the clock has a limit whenever it runs: a date field may be empty, and so may `due` where people open."""
    moment = deadline.no_later_than
    if moment is None or moment.kind in ("end_of_day", "end_of_shift"):
        return True
    head = draft.definitions.get(one.head or "", one)
    by_clock = all(move.by == (BY_CLOCK,) for move in head.openings())
    return moment.field == "due" and bool(head.recurring) and by_clock


def unwarned_end(draft: Draft) -> Found:
    """A ticket that time alone ends without a word to anybody before."""
    one = draft.definition
    for path, effects in draft.effects():
        move = one.transitions.get(effects.move or "")
        target = one.states.get(move.target) if move is not None and move.target is not None else None
        if move is None or target is None or not target.end or path[0] not in ("deadlines", "reminders"):
            continue
        if not _warned(one, path):
            yield fault(
                (*path, "move"),
                "unwarned_end",
                f"{move.name} ends the ticket by time alone and nobody is warned before; add an earlier notice",
                f"{move.name} 由系统计时结束工单，之前没有提醒任何人；请加一个更早的通知",
                severity="warning",
            )


def _warned(one: Definition, path: Path) -> bool:
    """Whether somebody hears of it before the level or reminder at a path is due."""
    if path[0] == "deadlines":
        levels = one.deadlines[str(path[1])].levels
        last = next(level for level in levels if (level.kind, level.index) == path[2:4])
        earlier = [level for level in levels if level is not last and level.effects.tells and _before(level, last)]
        return bool(earlier)
    this = one.reminders[str(path[1])]
    for other in one.reminders.values():
        sooner = _sooner(other.after, this.after)
        if other is not this and this.states <= other.states and other.effects.tells and sooner:
            return True
    runs = [deadline for deadline in one.deadlines.values() if deadline.within is not None]
    return any(
        _sooner(deadline.within, this.after) and any(level.effects.tells for level in deadline.levels)
        for deadline in runs
    )


def _before(level: Level, other: Level) -> bool:
    if level.kind != other.kind:
        return level.kind == "soon"
    return level.kind == "soon" or _sooner(level.late_by, other.late_by)


def _sooner(this: Duration | None, other: Duration | None) -> bool:
    """Whether an amount is less than another, counted alike; none at all is less than any."""
    return other is not None and (this is None or this.count < other.count)
