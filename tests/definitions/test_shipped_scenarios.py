"""The shipped scenarios: every one of them comes true, and is written in both languages."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from service import scenario_runs
from service.cli import main
from tests.definitions.shipped import FOLDER, shipped, shipped_files
from workflow.compiling import compile_catalogue

FILES = shipped_files(scenarios=True)


def test_every_shipped_scenario_comes_true() -> None:
    answer = CliRunner().invoke(main, ["test", "--definitions", str(FOLDER), "--lang", "en"])
    assert answer.exit_code == 0, answer.output
    assert answer.output.endswith("scenarios: all came true.\n")


@pytest.mark.parametrize(
    ("changed", "by", "failing"),
    [
        (
            "within: 30 minutes",
            "within: 40 minutes",
            {"rep_1_scope_in_question", "rep_2_picked_up_in_time", "rep_2_nobody_picks_up"},
        ),
        ("after: 3 days", "after: 4 days", {"waiting_for_parts_ends_by_itself"}),
    ],
)
def test_a_definition_that_is_changed_makes_its_scenarios_fail(changed: str, by: str, failing: set[str]) -> None:
    assert changed in FILES["repair.yaml"]
    files = {**FILES, "repair.yaml": FILES["repair.yaml"].replace(changed, by)}
    catalogue = compile_catalogue(files)
    written = [one for one in catalogue.scenarios if one.workflow == "repair" and not one.generated]
    ran = scenario_runs.run_all(catalogue, files, written)
    assert {one.scenario.name for one in ran if not one.passed} == failing


def test_every_shipped_scenario_has_a_title_in_both_languages() -> None:
    for one in shipped().scenarios:
        assert one.text.zh, one.name
        assert one.text.en != one.name.replace("_", " "), one.name
