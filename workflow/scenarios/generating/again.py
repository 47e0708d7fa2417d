"""Again: what the scenarios of a workflow show already, which no longer pass, and what is still to be written.

A scenario that passes is left as it is. A generated one that does not is made afresh from the goal that it is named
after, or taken out; one that a person wrote stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from workflow.calendar import HorizonPassed
from workflow.catalogue import Catalogue
from workflow.definition import Definition, Text
from workflow.kin import MemberFaulty
from workflow.scenario import Do, Expect, Open, Scenario
from workflow.scenarios.fitting import NotFitting
from workflow.scenarios.generating.acting import allowed_now
from workflow.scenarios.generating.fresh import Story, stories, told, ways_to
from workflow.scenarios.generating.goals import COUNTINGS, PERMITS, TELLINGS, Family, Goal, hoped, permits, wanted
from workflow.scenarios.generating.goals import shown as shown_by
from workflow.scenarios.generating.naming import text_of
from workflow.scenarios.generating.ways import Found
from workflow.scenarios.play import Happened, Play
from workflow.scenarios.running import run
from workflow.scenarios.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """A goal that no way was found to, in words, and why."""

    goal: Goal
    text: Text
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """What becomes of the scenarios of one workflow.

    `added` are new; `renewed` take the place of the generated ones of the same name, and `dropped` are generated ones
    that fail and in whose place nothing comes: others show what they showed, or nothing can. `broken` are those of
    people that no longer pass: they stay as they are. `order` names what would be told if nothing were there.
    """

    workflow: str
    added: tuple[Scenario, ...] = ()
    renewed: tuple[Scenario, ...] = ()
    dropped: tuple[Scenario, ...] = ()
    broken: tuple[Scenario, ...] = ()
    unreached: tuple[Unreached, ...] = ()
    order: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        return bool(self.added or self.renewed or self.dropped)


def generate(definition: Definition, catalogue: Catalogue, stage: Stage) -> Generated:
    """What is to be written so that the scenarios of a workflow show all that it can do."""
    family = Family.of(definition, catalogue.definitions)
    there = _There()
    for one in catalogue.scenarios:
        if one.workflow == definition.name:
            _sort(one, family, stage, there)
    left, more = _without(there.shown, family)
    ways, against = ways_to(left, more, family, catalogue, stage)
    unreached = tuple(_unreached(goal, family, against) for goal in left if goal not in ways)
    result = Generated(workflow=definition.name, broken=tuple(there.broken), unreached=unreached)
    if not ways and not there.failing:
        return result
    if there.shown != there.shown_by_people:
        left, more = _without(there.shown_by_people, family)
        ways, _ = ways_to(left, more, family, catalogue, stage)
    fresh = stories(ways, left, more, family, stage, [one.name for one in there.of_people])
    return _chosen(result, fresh, (*left, *more), there, family, stage)


def _without(shown: Collection[Goal], family: Family) -> tuple[tuple[Goal, ...], tuple[Goal, ...]]:
    """What must be shown and what may be, beside what is shown."""
    wanted_, hoped_ = (tuple(goal for goal in each(family) if goal not in shown) for each in (wanted, hoped))
    return wanted_, hoped_


def _chosen(
    result: Generated, fresh: Sequence[Story], goals: Sequence[Goal], there: _There, family: Family, stage: Stage
) -> Generated:
    """Which of the fresh stories are written: in the place of one that fails, or for what nothing else shows.

    `result` has what is known without them.
    """
    failing = {one.name: one for one in there.failing}
    taken = {one.name for one in (*there.of_people, *there.passing, *(one.scenario for one in fresh))}
    shown = there.shown.union(*(one.goals for one in fresh if one.name in failing))
    asked = set(there.shown)
    renewed, added, order = list[Scenario](), list[Scenario](), list[str]()
    passing = {one.name for one in there.passing}
    for story in fresh:
        old = failing.get(story.name)
        new = [goal for goal in goals if goal in story.goals and goal not in shown]
        if old is not None:
            renewed.append(replace(told(story, stage, family, asked), rules=old.rules, note=old.note))
        elif new:
            if story.name in passing:
                story = story.called_after(new[0], family, taken)
                taken.add(story.name)
            added.append(told(story, stage, family, asked))
            shown |= story.goals
        order.append(story.name)
    again = {one.name for one in renewed}
    return replace(
        result,
        added=tuple(added),
        renewed=tuple(renewed),
        dropped=tuple(one for one in there.failing if one.name not in again),
        order=tuple(order),
    )


@dataclass(slots=True)
class _There:
    """The scenarios that there are, by what becomes of them, and all that those show which stay.

    Of one that a person wrote and that fails, its moves still show what they are meant to.
    """

    passing: list[Scenario] = field(default_factory=list)
    failing: list[Scenario] = field(default_factory=list)
    of_people: list[Scenario] = field(default_factory=list)
    broken: list[Scenario] = field(default_factory=list)
    shown: set[Goal] = field(default_factory=set)
    shown_by_people: set[Goal] = field(default_factory=set)


def _sort(one: Scenario, family: Family, stage: Stage, into: _There) -> None:
    passed = run(one, stage).passed
    if not one.generated:
        into.of_people.append(one)
        into.shown_by_people |= _goals(one, family, stage)
        if not passed:
            into.broken.append(one)
    elif passed:
        into.passing.append(one)
    else:
        into.failing.append(one)
        return
    into.shown |= _goals(one, family, stage)


def _goals(one: Scenario, family: Family, stage: Stage) -> set[Goal]:
    """What its moves and waits show, as far as they can be taken, and its questions about what people may do.

    That somebody was told shows only where it is asked who was told, and that a clock counts only where it is asked,
    while the ticket stands so, what is due: a change that nobody asks about is heard by nobody.
    """
    try:
        play = Play(stage, one)
    except NotFitting:
        return set()
    found = set[Goal]()
    told, due = 0, set[int]()
    try:
        for step in one.steps:
            if isinstance(step, Expect):
                found |= _asked(step, play, family)
                told = len(play.history) if step.told is not None else told
                due |= _as_it_stands(play.history) if step.due is not None and step.ticket is None else set()
            elif not (isinstance(step, Do | Open) and step.refused):
                play.take(step)
    except (NotFitting, MemberFaulty, HorizonPassed):
        pass  # what was shown until then, was shown
    for place, each in enumerate(play.history):
        if each.ticket is None:
            heard = {**dict.fromkeys(PERMITS, False), **dict.fromkeys(TELLINGS, place < told)}
            heard |= dict.fromkeys(COUNTINGS, place in due)
            found |= {goal for goal in shown_by(family, each, play.calendar) if heard.get(goal.kind, True)}
    return found


def _as_it_stands(history: Sequence[Happened]) -> set[int]:
    """The places of what happened to the ticket since it has come into the state in which it stands."""
    found: set[int] = set()
    for place in reversed(range(len(history))):
        if history[place].ticket is None:
            decision = history[place].decision
            found.add(place)
            if decision.entry.entered:
                break
    return found


def _asked(step: Expect, play: Play, family: Family) -> set[Goal]:
    """What is shown by what everybody is allowed, where nobody is left out."""
    if step.ticket is not None or not step.allowed or not allowed_now(play).keys() <= step.allowed.keys():
        return set()
    member = play.member()
    return set(permits(family, member.ticket, member.definition))


def _unreached(goal: Goal, family: Family, found: Found) -> Unreached:
    against = found.against.get((goal.workflow, goal.name), ())
    if goal.kind in ("made", "by clock") and against:
        reason = Text(" ".join(one.text.en for one in against), "".join(one.text.read("zh") for one in against))
    elif _conditional(goal, family):
        number = found.situations
        reason = Text(f"its `if` was true in none of {number} situations", f"在 {number} 种情形中，其 `if` 都不成立")
    elif goal.kind in ("fired", "again", "reminded", "rested") and not found.cut:
        reason = Text("it never comes due before something else ends its clock", "在计时结束之前不会到期")
    else:
        number = found.situations
        reason = Text(f"no way to it was found in {number} situations", f"在 {number} 种情形中未找到途径")
    return Unreached(goal=goal, text=text_of(goal, family), reason=reason)


def _conditional(goal: Goal, family: Family) -> bool:
    """Whether it is a level, or a reminder, that comes only if something is true."""
    one = family.named(goal.workflow)
    deadline = one.deadlines.get(goal.name) if goal.detail else None
    if goal.kind in ("fired", "again") and deadline is not None:
        level = next(level for level in deadline.levels if level.name == goal.detail)
        return deadline.condition is not None or level.condition is not None
    if goal.kind in ("reminded", "again") and goal.name in one.reminders:
        return one.reminders[goal.name].condition is not None
    return False
