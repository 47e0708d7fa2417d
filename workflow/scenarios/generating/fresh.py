"""Fresh: the stories that show what is asked of a workflow, as they are told where there are none.

Each is named after a goal and made for it, so that the same goals give the same stories, whatever was there before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from workflow.catalogue import Catalogue
from workflow.scenario import Do, Scenario
from workflow.scenarios.generating.beginnings import beginning, eve, monday, ordinary
from workflow.scenarios.generating.choosing import chosen, needed
from workflow.scenarios.generating.goals import Family, Goal
from workflow.scenarios.generating.naming import name_of, named_after, text_of
from workflow.scenarios.generating.observing import observed
from workflow.scenarios.generating.search import Search
from workflow.scenarios.generating.ways import Found, Way
from workflow.scenarios.stage import Stage, texts_typed

MORNINGS = (ordinary, monday, eve)
"""Where is begun, one after the other, while something is left to be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A scenario of moves and waits alone, and the goals that it shows."""

    scenario: Scenario
    goals: frozenset[Goal]

    @property
    def name(self) -> str:
        return self.scenario.name

    def called_after(self, goal: Goal, family: Family, taken: Collection[str]) -> Story:
        """The same under the name of another goal."""
        called = replace(self.scenario, name=name_of(goal, family, taken), text=text_of(goal, family))
        return replace(self, scenario=called)


def stories(
    ways: Mapping[Goal, Way],
    left: Sequence[Goal],
    more: Sequence[Goal],
    family: Family,
    stage: Stage,
    taken: Iterable[str],
) -> tuple[Story, ...]:
    """The fewest that show what is `left` and what can be shown of `more`; none is called as one that is `taken`."""
    names, new = set(taken), set(left)
    found = []
    for goal, way in _all(ways, left, more, family, stage):
        goal = named_after(goal, [one for one in left if one in new and one in way.goals])
        new -= way.goals
        name = name_of(goal, family, names)
        names.add(name)
        scenario = replace(way.play.scenario, name=name, text=text_of(goal, family), steps=way.steps)
        found.append(Story(scenario=scenario, goals=way.goals))
    return tuple(found)


def told(story: Story, stage: Stage, family: Family, asked: set[Goal]) -> Scenario:
    """The scenario with what comes of each of its steps; see `observed`."""
    return _tidy(observed(story.scenario, stage, family, asked))


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
    return needed([*found, *chosen(ways, missing)], (*left, *more))


def ways_to(
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
