"""Choosing: few ways that show everything, the furthest goals first: what lies on their way is shown with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from workflow.scenarios.generating.goals import Goal
from workflow.scenarios.generating.ways import Way


def chosen(ways: Mapping[Goal, Way], left: Collection[Goal]) -> list[tuple[Goal, Way]]:
    """Ways that show all that is left, each with the goal that it was chosen for, in the order of `left`.

    None is kept of which the others show everything.
    """
    places = {goal: place for place, goal in enumerate(left)}
    found: list[tuple[Goal, Way]] = []
    shown: set[Goal] = set()
    for goal in sorted(places, key=lambda one: (-ways[one].cost, places[one])):
        if goal not in shown:
            found.append((goal, ways[goal]))
            shown |= ways[goal].goals
    return sorted(needed(found, places), key=lambda one: places[one[0]])


def needed(found: Sequence[tuple[Goal, Way]], left: Collection[Goal]) -> list[tuple[Goal, Way]]:
    """Without those of which the others show everything that is left."""
    kept = list(found)
    asked = frozenset(left)
    for one in reversed(found):
        others = frozenset().union(*(way.goals for goal, way in kept if goal != one[0]))
        if not (one[1].goals & asked) - others:
            kept.remove(one)
    return kept
