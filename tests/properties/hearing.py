"""Hearing: whether the shipped scenarios fail of what a change of a shipped definition does.

A change that a check refuses is never published and counts for nothing; every other one counts, whatever it changes.
"""

from __future__ import annotations

from functools import cache

from tests.definitions.shipped import shipped
from tests.properties.mutations import Mutation, mutations
from workflow.scenarios.running import run
from workflow.scenarios.stage import Stage


@cache
def changes() -> tuple[Mutation, ...]:
    """Every change, those included that a check refuses."""
    return tuple(mutations())


def opened_as(workflow: str) -> str:
    """The definition as which tickets of this one are opened."""
    return shipped().definitions[workflow].head or workflow


def heard(mutation: Mutation) -> bool | None:
    """Whether some scenario of the workflow fails of the change; None if a check refuses it."""
    changed = mutation.house()
    if changed is None:
        return None
    stage, workflow = Stage(changed), opened_as(mutation.workflow)
    return any(not run(one, stage).passed for one in shipped().scenarios if one.workflow == workflow)
