"""Words of a scenario that name nothing: each is said at its place, with the one that is probably meant."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import workflow
from tests.workflow.scenarios.stories import ran, told_wrong, with_scenarios
from workflow.blockers import CODES
from workflow.scenarios.expecting import Mismatch
from workflow.scenarios.running import run
from workflow.scenarios.stage import Stage

LENT = """\
  - {do: ask, by: anyone, fill: {borrower: li}}
  - {do: grant, by: boss}
"""


def told_of(mismatch: Mismatch, step: str) -> tuple[str, str]:
    """What is marked in the line of a step that begins there, and what it is to be replaced by."""
    assert mismatch.what == "unknown_name"
    assert mismatch.text.zh
    found = mismatch.replacement
    assert found is not None
    assert found.start == mismatch.position
    return step[found.start.column - 1 : found.end.column - 1], found.text


@pytest.mark.parametrize(
    ("expected", "said", "meant", "what"),
    [
        ("state: lant", "lant", "lent", "state"),
        ("workflow: laon", "laon", "loan", "workflow"),
        ("late: [bring_bak]", "bring_bak", "bring_back", "deadline"),
        ('due: {brin_back: "2026-10-14 09:00"}', "brin_back", "bring_back", "deadline"),
        ("allowed: {li: [send_awy]}", "send_awy", "send_away", "transition"),
        ("allowed: {bos: none}", "bos", "boss", "person or role"),
        ("fields: {ammount: 1}", "ammount", "amount", "field"),
        ("empty: [amuont, back_at]", "amuont", "amount", "field"),
        ("hidden: {boss: [raeson]}", "raeson", "reason", "field"),
        ("hidden: {bos: none}", "bos", "boss", "person or role"),
        ('assignee: "bos"', "bos", "boss", "person or role"),
        ("children: {servey: 1}", "servey", "survey", "workflow"),
        ("told: [{who: bos}]", "bos", "boss", "person or role"),
        ("told: [{who: li, about: bring_back soon 9}]", "bring_back soon 9", "bring_back soon 1", "notice about"),
        ("told: [{who: li, about: restign}]", "restign", "resting", "notice about"),
        ("told: [{who: li, ask_for: bring_bakc}]", "bring_bakc", "bring_back", "transition"),
    ],
)
def test_a_word_of_an_expectation_is_misspelt(expected: str, said: str, meant: str, what: str) -> None:
    step = f"  - expect: {{{expected}}}"
    mismatch = told_wrong(f"{LENT}{step}\n")
    assert told_of(mismatch, step) == (said, meant)
    assert mismatch.text.en.startswith(f"there is no {what}")
    assert mismatch.text.en.endswith(f"{said}; did you mean {meant}?")


@pytest.mark.parametrize(
    ("step", "said", "meant"),
    [
        ("{do: bring_bak, by: li}", "bring_bak", "bring_back"),
        ("{do: bring_back, by: lii}", "lii", "li"),
        ("{do: bring_back, by: li, refused: [not_from_hear]}", "not_from_hear", "not_from_here"),
        ("{do: bring_back, by: li, fill: {ammount: 1}}", "ammount", "amount"),
    ],
)
def test_a_word_of_a_move_is_misspelt(step: str, said: str, meant: str) -> None:
    assert told_of(told_wrong(f"{LENT}  - {step}\n"), f"  - {step}") == (said, meant)


def test_a_role_that_is_given_is_misspelt() -> None:
    mismatch = told_wrong("  - {do: ask, by: anyone, fill: {borrower: li}}\n", given=", calendar: offise")
    assert mismatch.text.en.startswith("there is no calendar offise; did you mean office?")
    assert mismatch.position.line == 3
    given = 'given: {at: "2026-10-12 09:00", people: {li: [desk, bos]}}\n'
    catalogue = with_scenarios(f"scenario: story\nworkflow: loan\n{given}steps:\n{LENT}")
    (mismatch,) = run(catalogue.scenarios[0], Stage(catalogue)).mismatches
    assert told_of(mismatch, given.rstrip()) == ("bos", "boss")


def test_what_is_empty_must_be_a_field() -> None:
    mismatch = told_wrong(LENT + "  - expect: {empty: [nothing_at_all]}\n")
    assert mismatch.text.en.startswith("there is no field nothing_at_all; there are: borrower, back_at, amount")


def test_every_misspelt_word_of_a_step_is_said_and_the_rest_is_compared() -> None:
    outcome = ran(LENT + "  - expect: {state: lant, late: [bring_bak], priority: high, told: [{who: boss}]}\n")
    assert [(one.what, one.text.en.partition(";")[0]) for one in outcome.mismatches] == [
        ("unknown_name", "there is no state lant"),
        ("unknown_name", "there is no deadline bring_bak"),
        ("priority", "the priority is another one"),
    ]


def test_a_name_that_exists_elsewhere_is_a_difference() -> None:
    assert told_wrong(LENT + "  - expect: {state: back}\n").what == "state"
    assert told_wrong(LENT + "  - expect: {late: [bring_back]}\n").what == "late"


def test_every_code_of_a_blocker_is_known() -> None:
    folder = Path(workflow.__file__).parent
    said = set()
    moving = (file for file in folder.glob("*.py") if file.stem != "carrying")  # which refuses no move of anybody
    for file in moving:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Blocker":
                codes = [one.value for one in node.keywords if one.arg == "code"]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_blocker":
                codes = node.args
            else:
                continue
            said |= {one.value for one in codes if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    assert len(said) > 15
    assert said <= CODES
