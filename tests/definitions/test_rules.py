"""The procedure book is carried out and shown: no firm rule without a part, no part without a story that needs it."""

from __future__ import annotations

from functools import cache

import pytest

from tests.definitions.removing import Row, failing, outcome, rows, scenarios
from tests.definitions.rules_page import PAGES, page
from tests.definitions.shipped import published, shipped_files
from tests.definitions.taking_away import parts, taken_away
from workflow.reading.carried_out import places_of
from workflow.scenario import Expect, Scenario
from workflow.scenarios.coverage import Part

TO_COME: frozenset[str] = frozenset()
"""Rules that are not yet carried out and shown by all that carries them; each that is must be taken off."""

FIRM = [id_ for id_, rule in published().book.rules.items() if rule.to_carry_out]
CHAPTERS = sorted({id_.rpartition("-")[0] for id_ in FIRM})


@cache
def rows_of(workflow: str) -> tuple[Row, ...]:
    return tuple(rows(workflow))


@cache
def carried_out() -> frozenset[str]:
    return frozenset(places_of(shipped_files()))


def not_shown(rule: str) -> str:
    """What a rule lacks, beside the parts of definitions that carry it out; empty if nothing."""
    told = [one for one in scenarios() if rule in one.rules]
    failing = [one.name for one in told if not outcome(one).passed]
    if rule not in carried_out():
        return "nothing carries it out"
    if not told:
        return "no scenario shows it"
    return f"not true: {', '.join(failing)}" if failing else ""


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_firm_rule_is_carried_out_and_shown(chapter: str) -> None:
    asked = [id_ for id_ in FIRM if id_.rpartition("-")[0] == chapter and id_ not in TO_COME]
    assert {id_: lack for id_ in asked if (lack := not_shown(id_))} == {}


@pytest.mark.parametrize("workflow", [one.name for one in published().opened()])
def test_a_story_of_a_rule_notices_that_what_carries_it_out_is_gone(workflow: str) -> None:
    missed = [one for one in rows_of(workflow) if not one.how and one.rule not in TO_COME]
    assert [f"{one.part.position.path}:{one.part.position.line} {one.part.called} {one.rule}" for one in missed] == []


def test_the_list_of_what_is_to_come_names_nothing_that_is_there() -> None:
    there = {id_ for id_ in TO_COME if not not_shown(id_)}
    if there:
        there -= {one.rule for workflow in published().opened() for one in rows_of(workflow.name) if not one.how}
    assert there == set(), "take these off TO_COME"
    assert set(FIRM) >= TO_COME


@pytest.mark.parametrize("transition", ["pick_up", "decline"])
def test_a_story_notices_that_a_transition_is_gone_if_it_takes_it(transition: str) -> None:
    (part,) = (one for one in parts() if one.workflow == "repair" and one.path == ("transitions", transition))
    changed = taken_away(part)[1]
    assert changed is not None
    stories = [one for one in scenarios() if one.workflow == "repair" and not one.generated]
    taking = {one.name for one in stories if Part("repair", "transition", transition) in outcome(one).taken}
    assert {one.name for one in stories if list(failing([one], changed))} >= taking
    silent = [one for one in stories if one.name not in taking and not _asks_what_is_allowed(one)]
    assert list(failing(silent, changed)) == []


def _asks_what_is_allowed(scenario: Scenario) -> bool:
    return any(isinstance(step, Expect) and step.allowed for step in scenario.steps)


@pytest.mark.parametrize("lang", PAGES)
def test_the_page_of_the_book_is_the_present_one(lang: str) -> None:
    assert PAGES[lang].read_text("utf-8") == page(lang), "run `make reference`"
