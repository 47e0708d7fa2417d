"""That the figures show what a change of a shipped definition does; `make mutants` tries every change there is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.definitions.shipped import shipped
from tests.properties.mutations import Mutation, mutations
from tests.properties.promises import noticing
from tests.properties.promises.noticing import outcome

EVERY = list(mutations())
SOME = EVERY[5::25]


def named(workflow: str, change: str) -> Mutation:
    return next(one for one in EVERY if one.name == f"{workflow} {change}")


def test_there_are_changes_of_every_definition_and_each_has_a_name() -> None:
    assert len(EVERY) == len({one.name for one in EVERY})
    assert len(EVERY) > 400
    watched = {one.name for one in shipped().definitions.values() if not one.head}
    assert watched <= {one.workflow for one in EVERY}


@pytest.mark.parametrize("mutation", SOME, ids=lambda one: one.name)
def test_what_makes_a_silence_longer_is_shown(mutation: Mutation) -> None:
    found = outcome(mutation)
    assert found is None or not found.missed, found.missed


def test_a_reminder_taken_away_makes_silences_longer_and_is_shown() -> None:
    found = outcome(named("corrective-action", "reminders resting: comes once"))
    assert found is not None
    assert ("longest_silence", "corrective-action", "assigned") in found.longer
    assert found.longer <= found.shown


def test_a_change_that_no_figure_shows_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    change = named("corrective-action", "reminders resting: comes once")
    noticing._before("corrective-action")
    figures = noticing.figures
    before = {(one.kind, one.state): one for one in noticing._before("corrective-action").values()}

    def as_before(*asked: object) -> tuple[object, ...]:
        return tuple(replace(one, longest=before[one.kind, one.state].longest) for one in figures(*asked))

    monkeypatch.setattr(noticing, "figures", as_before)
    found = outcome(change)
    assert found is not None
    assert found.missed
