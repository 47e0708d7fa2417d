"""Noticing: whether the figures of promises show what a change of a shipped definition does to its silences.

That a silence really got longer is found without them: by exploring the changed definition, and by telling the worst
histories of the unchanged one again under the change. What is silent for longer than the figure that stood before has
surely got longer, and then the figure after must say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tests.definitions.shipped import shipped_files
from tests.properties.mutations import Mutation, known_to
from tests.properties.promises.corners import PUBLISHED
from tests.properties.promises.exploring import FIRST_TELLING, Exploring, Of, Silence
from tests.properties.promises.judging import next_told, retold
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.definition import Definition
from workflow.promises.figure import Figure
from workflow.promises.proving import figures

TICKETS = 60
"""So many tickets of each changed definition are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a change: which silences really got longer, which figures say so, and those that ought to."""

    longer: frozenset[Of]
    shown: frozenset[Of]
    missed: tuple[str, ...]


def outcome(mutation: Mutation) -> Outcome | None:
    """What a change does; None if a check refuses it."""
    house = mutation.house()
    if house is None:
        return None
    head = _head(house, mutation.workflow)
    before, after = _before(mutation.workflow), _figures(house, head)
    real = Exploring(house, head, most=TICKETS).run().met
    longer: dict[Of, Silence] = {}
    for of, figure in before.items():
        for silence in (real.get(of), _told_again(figure, house, head)):
            if silence is not None and silence.exceeds(figure.longest):
                longer[of] = silence
    shown = frozenset(of for of, figure in after.items() if of in before and _longer(figure, before[of]))
    missed = tuple(
        f"{mutation.name}: {' '.join(of)} was {before[of].longest} and is now at least {silence.longest}, "
        f"and {after[of].longest if of in after else 'nothing'} is given"
        for of, silence in longer.items()
        if of not in after or silence.exceeds(after[of].longest)
    )
    return Outcome(longer=frozenset(longer), shown=shown, missed=missed)


def _longer(this: Figure, other: Figure) -> bool:
    return other.longest is not None and (this.longest is None or this.longest > other.longest)


def _head(house: Catalogue, workflow: str) -> Definition:
    one = house.definitions[workflow]
    return house.definitions[one.head or one.name]


@cache
def _before(workflow: str) -> Mapping[Of, Figure]:
    """The figures of the unchanged family."""
    house = compile_catalogue(known_to(workflow, shipped_files()))
    return _figures(house, _head(house, workflow))


def _figures(house: Catalogue, head: Definition) -> dict[Of, Figure]:
    return {
        (one.kind, one.workflow, one.state): one
        for name in (head.name, *head.family)
        for one in figures(house, house.definitions[name], PUBLISHED)
    }


def _told_again(figure: Figure, house: Catalogue, head: Definition) -> Silence | None:
    """How silent it is where the worst history of the unchanged definition ends, under the change."""
    if not figure.exact or figure.start is None:
        return None
    try:
        place = retold(figure, house, head)
    except AssertionError:
        return None  # a move of it is no longer possible then
    if (place.definition.name, place.ticket.state) != (figure.workflow, figure.state):
        return None
    if figure.kind == FIRST_TELLING and (not place.decisions or place.at != figure.start):
        return None
    told = next_told(place, figure)
    return Silence(longest=told and told - figure.start, start=figure.start, until=told, done=place.done)
