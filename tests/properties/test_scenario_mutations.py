"""Changes of the shipped definitions, one at a time: nearly each that makes a difference makes some scenario fail."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.definitions.shipped import shipped_files
from tests.properties.mutations import Mutation, known_to, mutations
from workflow.catalogue import Catalogue, compile_catalogue
from workflow.problems import DefinitionFaulty
from workflow.scenarios.generating.goals import family_of
from workflow.scenarios.running import run
from workflow.scenarios.stage import Stage

ENOUGH = 0.95

_PAUSE = re.compile(r"\S+ deadlines (\S+): pause added in (\S+)")


@cache
def shipped() -> Catalogue:
    return compile_catalogue(shipped_files(scenarios=True))


@cache
def every_mutation() -> tuple[Mutation, ...]:
    return tuple(mutations())


@cache
def running(workflow: str) -> frozenset[tuple[str, str]]:
    """The deadlines whose clocks run on a ticket of the workflow, with the state in which they were seen to."""
    found = set()
    for one in shipped().scenarios:
        play = run(one, Stage(shipped())).play if one.workflow == workflow else None
        for happened in play.history if play is not None else ():
            ticket = happened.decision.ticket
            found |= {(clock.name, ticket.state) for clock in ticket.clocks if clock.open and not happened.ticket}
    return frozenset(found)


def makes_a_difference(mutation: Mutation, workflow: str) -> bool:
    """A pause makes none where the clock never runs, nor to a limit that is a named date."""
    found = _PAUSE.fullmatch(mutation.name)
    if found is None:
        return True
    name, state = found.groups()
    deadline = shipped().definitions[mutation.workflow].deadlines[name]
    return deadline.within is not None and (name, state) in running(workflow)


def heard(mutation: Mutation, workflow: str) -> bool:
    """Whether a check refuses the change, or some scenario of the workflow fails of it."""
    try:
        house = compile_catalogue(known_to(mutation.workflow, mutation.files))
    except DefinitionFaulty:
        return True
    stage = Stage(house)
    return any(not run(one, stage).passed for one in shipped().scenarios if one.workflow == workflow)


@pytest.mark.parametrize("workflow", [one.name for one in shipped().opened()])
def test_a_change_that_makes_a_difference_makes_some_scenario_fail(workflow: str) -> None:
    family = {one.name for one in family_of(shipped().definitions[workflow], shipped().definitions).members}
    tried = [one for one in every_mutation() if one.workflow in family and makes_a_difference(one, workflow)]
    unheard = [one.name for one in tried if not heard(one, workflow)]
    assert tried
    assert len(unheard) <= (1 - ENOUGH) * len(tried), unheard


def test_so_many_are_tried() -> None:
    assert len(every_mutation()) >= 100
