"""Goals: what the scenarios of a workflow are to show, and which of them something that happened shows.

A family counts as one workflow: its head is opened, and its members are become. A part that several of them have alike
belongs to the first of them, so that it is shown once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from workflow.approvals import asked
from workflow.calendar import Calendar
from workflow.clocks import Clock
from workflow.definition import BY_CLOCK, GRANT, REFUSE, Deadline, Definition, Reminder, State, Transition
from workflow.durations import Duration, Unit
from workflow.scenarios.play import Happened
from workflow.ticket import Decision, Ticket

DAY = dt.timedelta(days=1)

WORKING = (Unit.WORKING_DAYS, Unit.WORKING_TIME)


PERMITS = ("allowed", "spent")
"""The kinds of goals that are shown only where it is asked what everybody may do."""


TELLINGS = ("fired", "again", "reminded", "rested")
"""Those that are shown only where it is asked who was told."""

COUNTINGS = ("counted", "paused", "resumed", "replaced")
"""Those that are shown only where it is asked what is due."""


@dataclass(frozen=True, slots=True, order=True)
class Goal:
    """One thing to be shown of a part of a definition.

    kind        name          detail    is shown when
    made        transition    state     somebody has made it, or the clock (for an answer, in which state)
    by clock    transition              the clock has made it
    asked       state         step      an approver had his turn
    met         deadline      (by)      its clock ended in time, by a move or in a state or by any
    fired       deadline      level     the level fired
    again       deadline      level     it fired a second time
    paused      deadline      state     its clock stood still in the state
    resumed     deadline      state     it went on afterwards
    counted     deadline      state     it ran in the state
    replaced    deadline                a date that was asked for was its limit
    reminded    reminder      (state)   the reminder fired, in the state or in any
    again       reminder                it fired a second time
    rested      deadline or   level     working time was counted for it over days of rest
                reminder
    scheduled   schedule                the clock opened a ticket for it
    allowed     state         (step)    the ticket stood there: it is asked what everybody may do
    spent       transition              it stood where the move could be made but for its `at_most`: the same is asked
    """

    kind: str
    workflow: str
    name: str
    detail: str = ""


Block = Literal["transitions", "states", "deadlines", "reminders", "recurring"]
"""Where the parts of a definition stand that goals are about."""


@dataclass(frozen=True, slots=True)
class Family:
    """A definition that is opened with what it may become, itself first: what a set of scenarios is about."""

    members: tuple[Definition, ...]

    @property
    def head(self) -> Definition:
        return self.members[0]

    @classmethod
    def of(cls, head: Definition, definitions: Mapping[str, Definition]) -> Family:
        """What is opened as `head`."""
        return cls((head, *(definitions[name] for name in head.family if name in definitions and name != head.name)))

    def owner(self, block: Block, name: str, definition: Definition) -> str:
        """The first that has this part as `definition` has it."""
        mine = getattr(definition, block)[name]
        return next(one.name for one in self.members if getattr(one, block).get(name) == mine)

    def standing(self, state: str, definition: Definition) -> str:
        """The first of which this state, and the moves from there, are as `definition` has them."""
        mine = _from(state, definition)
        return next(one.name for one in self.members if state in one.states and _from(state, one) == mine)

    def parts(self, block: Block) -> Iterator[tuple[Definition, str]]:
        """Each part of a block once, with its owner."""
        for one in self.members:
            for name in getattr(one, block):
                if self.owner(block, name, one) == one.name:
                    yield one, name

    def named(self, name: str) -> Definition:
        return next(one for one in self.members if one.name == name)


def _from(state: str, definition: Definition) -> tuple[State, tuple[Transition, ...]]:
    moves = (one for one in definition.transitions.values() if state in one.sources)
    return definition.states[state], tuple(moves)


# --- What there is to show ----------------------------------------------------------------------------------------


def wanted(family: Family) -> tuple[Goal, ...]:
    """Every goal that the texts of the definitions set, in their order."""
    return tuple(dict.fromkeys(chain(_moves(family), _deadlines(family), _reminders(family), _schedules(family))))


def hoped(family: Family) -> tuple[Goal, ...]:
    """Goals that no text says can be reached; those that can be, are shown as well.

    A change of where a deadline counts, or a reminder comes, or who may do what, is then seen wherever it makes a
    difference.
    """
    found: dict[Goal, None] = {}
    for one in family.members:
        open_states = [name for name, state in one.states.items() if not state.end]
        for name, deadline in one.deadlines.items():
            owner = family.owner("deadlines", name, one)
            states = (state for state in open_states if state not in deadline.paused_in)
            found.update(dict.fromkeys(Goal("counted", owner, name, state) for state in states))
        for name, reminder in one.reminders.items():
            owner = family.owner("reminders", name, one)
            states = (state for state in open_states if state in reminder.states)
            found.update(dict.fromkeys(Goal("reminded", owner, name, state) for state in states))
        for name, deadline in one.deadlines.items():
            owner = family.owner("deadlines", name, one)
            found.update(dict.fromkeys(Goal("met", owner, name, by) for by in deadline.until))
        for name in open_states:
            standing = family.standing(name, one)
            found[Goal("allowed", standing, name)] = None
            further = range(2, len(one.states[name].approvals) + 1)
            found.update(dict.fromkeys(Goal("allowed", standing, name, str(step)) for step in further))
        for move in one.transitions.values():
            if move.at_most is not None and move.row_of is None:
                found[Goal("spent", family.owner("transitions", move.name, one), move.name)] = None
    return tuple(found)


def _moves(family: Family) -> Iterator[Goal]:
    for one, name in family.parts("transitions"):
        transition = one.transitions[name]
        if transition.answer:
            continue
        yield Goal("made", one.name, name)
        if BY_CLOCK in transition.by and not transition.opens and _moved_to(family, name):
            yield Goal("by clock", one.name, name)
    for one, name in family.parts("states"):
        if one.states[name].approvals:
            yield from (Goal("made", one.name, answer, name) for answer in (GRANT, REFUSE))
            yield from (
                Goal("asked", one.name, name, str(step)) for step, _ in enumerate(one.states[name].approvals, 1)
            )


def _moved_to(family: Family, name: str) -> bool:
    """Whether some effect makes this move."""
    return any(effects.move == name for one in family.members for effects in one.effects())


def _deadlines(family: Family) -> Iterator[Goal]:
    for one, name in family.parts("deadlines"):
        deadline = one.deadlines[name]
        yield Goal("met", one.name, name)
        for level in deadline.levels:
            yield Goal("fired", one.name, name, level.name)
            if level.every is not None:
                yield Goal("again", one.name, name, level.name)
        for state in sorted(deadline.paused_in, key=list(one.states).index):
            yield Goal("paused", one.name, name, state)
            yield Goal("resumed", one.name, name, state)
        if deadline.replaced_by is not None:
            yield Goal("replaced", one.name, name)
        if deadline.within is not None and deadline.within.unit in WORKING and deadline.levels:
            yield Goal("rested", one.name, name)


def _reminders(family: Family) -> Iterator[Goal]:
    for one, name in family.parts("reminders"):
        reminder = one.reminders[name]
        yield Goal("reminded", one.name, name)
        if reminder.every is not None:
            yield Goal("again", one.name, name)
        if _works(reminder.after, reminder.every):
            yield Goal("rested", one.name, name)


def _schedules(family: Family) -> Iterator[Goal]:
    yield from (Goal("scheduled", one.name, name) for one, name in family.parts("recurring"))


def _works(*durations: object) -> bool:
    return any(isinstance(one, Duration) and one.unit in WORKING for one in durations)


# --- What is shown ------------------------------------------------------------------------------------------------


def shown(family: Family, one: Happened, calendar: Calendar) -> Iterator[Goal]:
    """The goals that something that happened to a ticket of the family shows."""
    yield from _shown(family, one.was, one.under, one.decision, calendar)


def _shown(
    family: Family, before: Ticket, definition: Definition, decision: Decision, calendar: Calendar
) -> Iterator[Goal]:
    entry = decision.entry
    match entry.kind:
        case "move":
            transition = definition.transitions[entry.name]
            if transition.answer:
                if entry.entered and before.step:
                    owner = family.owner("states", before.state, definition)
                    yield Goal("made", owner, entry.name, before.state)
            else:
                owner = family.owner("transitions", entry.name, definition)
                yield Goal("made", owner, entry.name)
                if entry.actor is None and not transition.opens:
                    yield Goal("by clock", owner, entry.name)
            if entry.occurrence is not None:
                schedule = entry.occurrence.schedule
                yield Goal("scheduled", family.owner("recurring", schedule, definition), schedule)
        case "level" | "reminder" if entry.timer is not None:
            yield from _timed(family, before, definition, decision, calendar)
    yield from _standing(family, before, decision)


def _timed(
    family: Family, before: Ticket, definition: Definition, decision: Decision, calendar: Calendar
) -> Iterator[Goal]:
    key = decision.entry.timer
    if key is None:
        return
    block: Block = "deadlines" if key.kind == "deadline" else "reminders"
    owner = family.owner(block, key.name, definition)
    clock = next(one for one in before.clocks if (one.kind, one.name, one.run) == (key.kind, key.name, key.run))
    again = key.level in clock.fired and decision.entry.due_at != clock.fired[key.level].due_at
    part: Deadline | Reminder
    if key.kind == "deadline":
        part = definition.deadlines[key.name]
        yield Goal("fired", owner, key.name, key.level)
        level = next(one for one in part.levels if one.name == key.level)
        if again and level.every is not None:
            yield Goal("again", owner, key.name, key.level)
        works = _works(part.within, level.late_by, level.every, level.left)
    else:
        part = definition.reminders[key.name]
        yield Goal("reminded", owner, key.name)
        yield Goal("reminded", owner, key.name, before.state)
        if again and part.every is not None:
            yield Goal("again", owner, key.name)
        works = _works(part.after, part.every)
    if works and rests(clock.started_at, decision.entry.at, calendar):
        yield Goal("rested", owner, key.name)


def rests(start: dt.datetime, end: dt.datetime, calendar: Calendar) -> bool:
    """Whether a whole day of rest lies between."""
    date, last = calendar.local_date(start) + DAY, calendar.local_date(end)
    while date < last:
        if not calendar.is_working_day(date):
            return True
        date += DAY
    return False


def _standing(family: Family, before: Ticket, decision: Decision) -> Iterator[Goal]:
    """What the clocks and the approvals of a ticket show by how they stand."""
    after, definition = decision.ticket, decision.definition
    now = asked(after, definition)
    if now is not None:
        yield Goal("asked", family.owner("states", after.state, definition), after.state, str(now.number))
    was = {(one.name, one.run): one for one in before.clocks if one.kind == "deadline"}
    for clock in after.clocks:
        if clock.kind == "deadline" and clock.name in definition.deadlines:
            owner = family.owner("deadlines", clock.name, definition)
            yield from _of_clock(owner, clock, was.get((clock.name, clock.run)), before, decision)
    yield from permits(family, after, definition)


def permits(family: Family, ticket: Ticket, definition: Definition) -> Iterator[Goal]:
    """The goals that are shown where it is asked what everybody may do with the ticket now."""
    if definition.states[ticket.state].end:
        return
    spent = False
    for move in definition.transitions.values():
        made = ticket.made.get(move.name)
        if move.at_most is None or move.row_of is not None or ticket.state not in move.sources or made is None:
            continue
        if made.count >= move.at_most:
            spent = True
            yield Goal("spent", family.owner("transitions", move.name, definition), move.name)
    if not spent:
        now = asked(ticket, definition)
        step = str(now.number) if now is not None and now.number > 1 else ""
        yield Goal("allowed", family.standing(ticket.state, definition), ticket.state, step)


def _of_clock(owner: str, clock: Clock, was: Clock | None, before: Ticket, decision: Decision) -> Iterator[Goal]:
    after, definition = decision.ticket, decision.definition
    deadline = definition.deadlines[clock.name]
    if clock.outcome == "met" and clock.late_at is None and (was is None or was.open):
        yield Goal("met", owner, clock.name)
        yield from (Goal("met", owner, clock.name, by) for by in (decision.entry.name, after.state))
    if not clock.open:
        return
    if clock.paused:
        yield Goal("paused", owner, clock.name, after.state)
    elif clock.limit_at is not None:
        yield Goal("counted", owner, clock.name, after.state)
        if was is not None and was.paused:
            yield Goal("resumed", owner, clock.name, before.state)
        if deadline.replaced_by is not None and after.fields.get(deadline.replaced_by) is not None:
            yield Goal("replaced", owner, clock.name)
