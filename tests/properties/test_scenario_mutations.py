"""Changes of the shipped definitions, one at a time: nearly each makes some scenario fail; `make mutants` shows all."""

from __future__ import annotations

import pytest

from tests.definitions.shipped import shipped, shipped_files
from tests.properties.hearing import changes, heard, opened_as
from tests.properties.mutants import ENOUGH, Judged, good, table
from tests.properties.mutations import Mutation

NOT_TO_BE_HEARD = {
    f"recording reminders delete: {what}": "it could be refused only while the matter is open, and then it never begins"
    for what in ("comes more seldom", "comes once")
}
"""Changes that no story can show, and why."""


@pytest.mark.parametrize("workflow", [one.name for one in shipped().opened()])
def test_nearly_every_change_that_is_published_makes_some_scenario_fail(workflow: str) -> None:
    tried = {
        one.name: heard(one)
        for one in changes()
        if opened_as(one.workflow) == workflow and one.name not in NOT_TO_BE_HEARD
    }
    published = [name for name, found in tried.items() if found is not None]
    unheard = [name for name in published if not tried[name]]
    assert 2 * len(published) > len(tried)
    assert 100 * (len(published) - len(unheard)) >= ENOUGH * len(published), unheard


def test_there_are_so_many_that_half_of_them_is_far_more_than_a_hundred() -> None:
    assert len(changes()) > 2 * 320


@pytest.mark.parametrize("workflow", sorted(shipped().definitions))
def test_what_changes_nothing_is_not_heard(workflow: str) -> None:
    """Else every change were heard, for what a scenario needs is not among the files beside the definition."""
    assert heard(Mutation(name=f"{workflow} as it is", workflow=workflow, files=shipped_files())) is False


def test_the_table_counts_what_is_published_and_names_what_is_not_noticed() -> None:
    found = [
        Judged(name="a one", workflow="a", heard=True, longer=True),
        Judged(name="a two", workflow="a", heard=False, longer=True, missed=("a two: open was 1 day",)),
        Judged(name="b one", workflow="b", heard=None),
    ]
    assert [line.split() for line in table(found)] == [
        ["changes", "refused", "published", "caught", "in", "%", "longer", "shown"],
        ["a", "2", "0", "2", "1", "50.0", "2", "1"],
        ["b", "1", "1", "0", "0", "-", "-", "-"],
        ["all", "3", "1", "2", "1", "50.0", "2", "1"],
        [],
        ["no", "scenario", "fails", "of:"],
        ["a", "two"],
        [],
        ["no", "figure", "shows:"],
        ["a", "two:", "open", "was", "1", "day"],
    ]
    assert not good(found)
    assert good(found[:1])
