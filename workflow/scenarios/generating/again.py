"""Again: what the scenarios of a workflow show already, which no longer pass, and what is still to be written.

A scenario that passes is left as it is. A generated one that does not is written anew in its place, one that a person
wrote never.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from workflow.catalogue import Catalogue
from workflow.definition import Definition, Text
from workflow.kin import MemberFaulty
from workflow.scenario import Do, Expect, Scenario
from workflow.scenarios.fitting import NotFitting
from workflow.scenarios.generating.beginnings import beginning, eve, monday, ordinary
from workflow.scenarios.generating.choosing import chosen
from workflow.scenarios.generating.goals import Family, Goal, hoped, shown, wanted
from workflow.scenarios.generating.naming import name_of, named_after, text_of
from workflow.scenarios.generating.observing import observed
from workflow.scenarios.generating.search import Search
from workflow.scenarios.generating.ways import Found, Way
from workflow.scenarios.running import Outcome, run
from workflow.scenarios.stage import Stage, texts_typed

MORNINGS = (ordinary, monday, eve)
"""Where is begun, one after the other, while something is left to be shown."""


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
    whose steps can no longer be taken. `broken` are those of people that no longer pass: they stay as they are.
    """

    workflow: str
    added: tuple[Scenario, ...] = ()
    renewed: tuple[Scenario, ...] = ()
    dropped: tuple[Scenario, ...] = ()
    broken: tuple[Scenario, ...] = ()
    unreached: tuple[Unreached, ...] = ()

    @property
    def changes(self) -> bool:
        return bool(self.added or self.renewed or self.dropped)


def generate(definition: Definition, catalogue: Catalogue, stage: Stage) -> Generated:
    """What is to be written so that the scenarios of a workflow show all that it can do."""
    family = Family.of(definition, catalogue.definitions)
    sorted_ = _Sorted()
    for one in catalogue.scenarios:
        if one.workflow == definition.name:
            _sort(one, family, stage, sorted_)
    left = tuple(goal for goal in wanted(family) if goal not in sorted_.shown)
    more = tuple(goal for goal in hoped(family) if goal not in sorted_.shown)
    ways, against = _ways(left, more, family, catalogue, stage)
    taken = {one.name for one in (*sorted_.passing, *sorted_.renewed, *sorted_.broken)}
    added: list[Scenario] = []
    new = set(left)
    for goal, way in _all(ways, left, more, family, stage):
        goal = named_after(goal, [one for one in left if one in new and one in way.goals])
        new -= way.goals
        name = name_of(goal, family, taken)
        taken.add(name)
        story = replace(way.play.scenario, name=name, text=text_of(goal, family), steps=way.steps)
        added.append(_tidy(observed(story, stage)))
    return Generated(
        workflow=definition.name,
        added=tuple(added),
        renewed=tuple(sorted_.renewed),
        dropped=tuple(sorted_.dropped),
        broken=tuple(sorted_.broken),
        unreached=tuple(_unreached(goal, family, against) for goal in left if goal not in ways),
    )


@dataclass(slots=True)
class _Sorted:
    """The scenarios that there are, by what becomes of them, and all that those which stay show."""

    passing: list[Scenario] = field(default_factory=list)
    renewed: list[Scenario] = field(default_factory=list)
    dropped: list[Scenario] = field(default_factory=list)
    broken: list[Scenario] = field(default_factory=list)
    shown: set[Goal] = field(default_factory=set)


def _sort(one: Scenario, family: Family, stage: Stage, into: _Sorted) -> None:
    outcome = run(one, stage)
    if outcome.passed:
        into.passing.append(one)
        into.shown |= _goals(outcome, family)
    elif not one.generated:
        into.broken.append(one)
    elif (renewed := _renewed(one, stage)) is not None:
        into.renewed.append(renewed)
        into.shown |= _goals(run(renewed, stage), family)
    else:
        into.dropped.append(one)


def _goals(outcome: Outcome, family: Family) -> set[Goal]:
    play = outcome.play
    if play is None:
        return set()
    return {goal for one in play.history if one.ticket is None for goal in shown(family, one, play.calendar)}


def _renewed(one: Scenario, stage: Stage) -> Scenario | None:
    """The scenario with the same moves and what comes of them now; None where they cannot all be made any more."""
    bare = replace(one, steps=tuple(step for step in one.steps if not isinstance(step, Expect)))
    if not run(bare, stage).passed:
        return None
    try:
        return _tidy(observed(bare, stage))
    except (NotFitting, MemberFaulty):
        return None


def _all(
    ways: Mapping[Goal, Way], left: Iterable[Goal], more: Iterable[Goal], family: Family, stage: Stage
) -> list[tuple[Goal, Way]]:
    """The ways to write down: those to what must be shown, some of them longer for what can be shown as well."""
    found = chosen(ways, [goal for goal in left if goal in ways])
    missing = []
    for goal in (goal for goal in more if goal in ways):
        if any(goal in way.goals for _, way in found):
            continue
        longer = [
            (further.cost - way.cost, place, further)
            for place, (_, way) in enumerate(found)
            if (further := Search(stage, family, way.play.scenario, (goal,)).extended(way, goal)) is not None
        ]
        if longer:
            _, place, further = min(longer, key=lambda one: one[:2])
            found[place] = found[place][0], further
        else:
            missing.append(goal)
    return [*found, *chosen(ways, missing)]


def _ways(
    left: Sequence[Goal], more: Sequence[Goal], family: Family, catalogue: Catalogue, stage: Stage
) -> tuple[dict[Goal, Way], Found]:
    """A way to each goal, from an ordinary morning if there is one, and what stood against the others at first."""
    found, ways, cut = Found(), dict[Goal, Way](), False
    calendar = catalogue.calendars[family.head.calendar]
    for morning in MORNINGS:
        still, hope = frozenset(left) - ways.keys(), frozenset(more) - ways.keys()
        if still or (hope and morning is not eve):
            first = beginning(family, catalogue, morning(calendar), calendar)
            search = Search(stage, family, first, still, hope).all()
            ways |= {goal: way for goal, way in search.ways.items() if goal in still or goal in hope}
            cut = cut or search.cut
            found = found if found.situations else search
    found.cut = cut
    return ways, found


def _tidy(one: Scenario) -> Scenario:
    """Without people and tickets that are given and appear nowhere."""
    said = frozenset((*texts_typed(one), *(step.by for step in one.steps if isinstance(step, Do))))
    given = replace(
        one.given,
        people={name: roles for name, roles in one.given.people.items() if name in said},
        tickets={name: ticket for name, ticket in one.given.tickets.items() if name in said},
    )
    return replace(one, given=given)


def _unreached(goal: Goal, family: Family, found: Found) -> Unreached:
    against = found.against.get((goal.workflow, goal.name), ())
    if goal.kind in ("made", "by clock") and against:
        reason = Text(" ".join(one.text.en for one in against), "".join(one.text.read("zh") for one in against))
    elif goal.kind in ("fired", "again", "reminded", "rested") and not found.cut:
        reason = Text("it never comes due before something else ends its clock", "在计时结束之前不会到期")
    else:
        number = found.situations
        reason = Text(f"no way to it was found in {number} situations", f"在 {number} 种情形中未找到途径")
    return Unreached(goal=goal, text=text_of(goal, family), reason=reason)
