"""`duban test`: which scenarios do not come true and why, what none of them takes, and the same for build servers."""

from __future__ import annotations

import json
import xml.etree.ElementTree as Xml
from pathlib import Path

import pytest
from click.testing import CliRunner

from service import scenario_runs
from service.cli import main
from tests import command_line
from tests.command_line import Duban
from tests.language.test_language import HOUSE
from workflow.compiling import compile_catalogue

TRUE = """\
scenario: found_again
workflow: lost-item
generated: true
zh: 失物领回
given: {at: "2026-10-12 09:00"}
steps:
  - {do: hand_in, by: anyone, fill: {item: 伞, size: small}}
  - {do: collect, by: desk}
  - expect: {state: collected}
"""

FALSE = """\
scenario: nobody_looks
workflow: lost-item
zh: 无人<寻找>
given: {at: "2026-10-12 09:00"}
steps:
  - {do: hand_in, by: anyone, fill: {item: 伞, size: small}}
  - wait: 3 days
  - expect: {late: search, told: [{who: desk, about: search late 1, at: "2026-10-14 09:00"}]}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command is called: in `definitions` the house of the language's examples, and its scenarios."""
    scenarios = tmp_path / "definitions" / "scenarios"
    scenarios.mkdir(parents=True)
    (tmp_path / "definitions" / "house.yaml").write_text(HOUSE["house.yaml"], "utf-8")
    (scenarios / "true.yaml").write_text(TRUE, "utf-8")
    (scenarios / "false.yaml").write_text(FALSE, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def duban(place: Path) -> Duban:
    """Calls `duban test` in English; it must not end in an exception that nobody foresaw."""
    return lambda *arguments: command_line.duban("test", *arguments)


def test_a_scenario_that_does_not_come_true_is_shown_with_what_happened_instead(duban: Duban) -> None:
    answer = duban()
    assert answer.exit_code == 1
    assert "definitions/scenarios/false.yaml:8:35: error[told] from the 1st on, other things were told" in answer.output
    assert "    8 |   - expect: {late: search, told: [{who: desk" in answer.output
    assert "  expected ≠ desk     search late 1  2026-10-14 09:00\n" in answer.output
    assert "  happened ≠ manager  search late 1  2026-10-14 09:00\n" in answer.output
    assert "    2026-10-12 09:00  anyone: hand in → kept\n" in answer.output
    assert answer.output.endswith("2 scenarios: 1 failed, 1 came true.\n")


REFUSED = """\
scenario: collected_twice
workflow: lost-item
generated: true
given: {at: "2026-10-12 09:00"}
steps:
  - {do: hand_in, by: anyone, fill: {item: 伞, size: small}}
  - {do: collect, by: desk}
  - {do: collect, by: desk, refused: not_allowed}
  - {do: collect, by: desk}
  - expect: {state: collected}
"""


def test_a_refusal_is_told_in_one_language_and_ends_the_story(duban: Duban, place: Path) -> None:
    (place / "definitions" / "scenarios" / "false.yaml").write_text(REFUSED, "utf-8")
    for lang, other in (("en", "zh"), ("zh", "en")):
        answer = duban("--lang", lang).output
        refused = {"en": "The ticket is in “collected”;", "zh": "工单现处于“已领取”"}
        assert answer.count(refused[lang]) == 2
        assert refused[other] not in answer
    assert "the story ends here: 1 step after it was not taken" in duban().output


def test_what_is_the_same_in_both_is_not_marked(duban: Duban, place: Path) -> None:
    twice = REFUSED.replace("not_allowed", "[not_from_here, check]").replace(
        "  - {do: collect, by: desk}\n  - e", "  - e"
    )
    (place / "definitions" / "scenarios" / "false.yaml").write_text(twice, "utf-8")
    answer = duban().output
    assert "  expected   not_from_here  The ticket is in" in answer
    assert "           ≠ check\n" in answer
    assert "  happened   not_from_here  The ticket is in" in answer


def test_failures_that_a_command_writes_anew_are_told_from_those_of_people(duban: Duban, place: Path) -> None:
    (place / "definitions" / "scenarios" / "more.yaml").write_text(REFUSED, "utf-8")
    answer = duban().output
    assert "FAILED lost-item/collected_twice (generated)" in answer
    assert answer.endswith(
        "1 of the failures is generated: if the definition is as it is meant, `duban test --generate lost-item` writes "
        "it anew.\nThe other 1 is yours to mend, first.\n3 scenarios: 2 failed, 1 came true.\n"
    )


def test_a_misspelt_name_is_marked_and_the_line_is_shown_as_it_would_be_right(duban: Duban, place: Path) -> None:
    text = TRUE.replace("state: collected", "state: colected")
    (place / "definitions" / "scenarios" / "true.yaml").write_text(text, "utf-8")
    answer = duban("found_again").output
    assert "true.yaml:9:21: error[unknown_name] there is no state colected; did you mean collected?" in answer
    assert " ^^^^^^^^\n  help:   - expect: {state: collected}\n" in answer


def test_it_is_said_in_chinese_too(duban: Duban) -> None:
    answer = duban("--lang", "zh").output
    assert "未通过 lost-item/nobody_looks  无人<寻找>" in answer
    assert "error[told] 从第 1 条起，通知与期望不同" in answer
    assert "  期望 ≠ desk     search late 1" in answer
    assert answer.endswith("2 个情景：1 个未通过，1 个通过。\n")


def test_what_no_scenario_takes_is_named_once_all_come_true(duban: Duban, place: Path) -> None:
    (place / "definitions" / "scenarios" / "false.yaml").unlink()
    answer = duban()
    assert answer.exit_code == 0
    assert "lost-item  1          2 of 3       0 of 2\n" in answer.output
    assert "  lost-item: search, search late 1, lying\n" in answer.output
    assert answer.output.endswith("1 scenario: all came true.\n")


@pytest.mark.parametrize(
    ("which", "count"),
    [
        ("lost-item", "2 scenarios"),
        ("found_again", "1 scenario:"),
        ("definitions/scenarios/true.yaml", "1 scenario:"),
        ("definitions/scenarios", "2 scenarios"),
    ],
)
def test_a_workflow_a_scenario_a_file_or_a_folder_is_run_alone(duban: Duban, which: str, count: str) -> None:
    assert duban(which).output.splitlines()[-1].startswith(count)


def test_a_file_elsewhere_is_run_with_the_definitions_of_the_folder(duban: Duban, place: Path) -> None:
    (place / "mine.yaml").write_text(TRUE.replace("found_again", "mine"), "utf-8")
    assert duban("mine.yaml").output.endswith("1 scenario: all came true.\n")


def test_what_is_not_there_is_wrong_usage_and_the_nearest_is_named(duban: Duban) -> None:
    answer = duban("lost-itme")
    assert answer.exit_code == 2
    assert "there is no workflow or scenario lost-itme; did you mean lost-item?" in answer.stderr
    assert duban("gone.yaml").exit_code == 2


def test_a_scenario_that_cannot_be_read_is_a_problem_of_its_file(duban: Duban, place: Path) -> None:
    (place / "definitions" / "scenarios" / "false.yaml").write_text(FALSE.replace("wait:", "wiat:"), "utf-8")
    answer = duban()
    assert answer.exit_code == 1
    assert "definitions/scenarios/false.yaml:7:5: error[unknown_key]" in answer.stderr
    assert "did you mean wait?" in answer.stderr


def test_programs_are_answered_in_json(duban: Duban) -> None:
    answer = json.loads(duban("--format", "json").output)
    assert (answer["passed"], answer["failed"]) == (1, 1)
    false, true = answer["scenarios"]
    assert (false["scenario"], false["path"], false["line"]) == ("nobody_looks", "definitions/scenarios/false.yaml", 1)
    assert false["mismatches"][0]["what"] == "told"
    assert false["mismatches"][0]["text_zh"]
    assert [(one["to"], one["text"]) for one in false["had_happened"]][:2] == [
        (None, "anyone: hand in → kept"),
        (None, "search: late 1"),
    ]
    assert (false["generated"], false["untaken"], true["had_happened"]) == (False, 0, [])
    assert true["passed"]
    assert {part["name"] for part in answer["coverage"][0]["missing"]} == {"search", "lying"}


def test_build_servers_are_answered_in_junit_xml(duban: Duban, place: Path) -> None:
    assert duban("--junit", "out.xml").exit_code == 1
    root = Xml.parse(place / "out.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    false, true = root.iter("testcase")
    assert (false.get("name"), false.get("file"), false.get("line")) == (
        "nobody_looks",
        "definitions/scenarios/false.yaml",
        "1",
    )
    failure = false.find("failure")
    assert failure is not None
    assert "happened ≠ manager" in (failure.text or "")
    assert "what had happened:\n  2026-10-12 09:00  anyone: hand in → kept\n" in (failure.text or "")
    assert [one.get("name") for one in true.iter("property")] == ["generated"]
    assert not [*false.iter("property")]
    assert true.find("failure") is None


def test_a_report_that_cannot_be_written_is_said(duban: Duban) -> None:
    assert duban("--junit", "nowhere/out.xml").exit_code == 2


def test_many_scenarios_are_run_by_several_processes_and_come_to_the_same() -> None:
    files = {**HOUSE, "scenarios/stories.yaml": TRUE + "---\n" + FALSE}
    catalogue = compile_catalogue(files)
    scenarios = catalogue.scenarios * 30
    alone = list(scenario_runs.run_all(catalogue, files, scenarios, processes=1))
    together = list(scenario_runs.run_all(catalogue, files, scenarios, processes=2))
    assert [one.mismatches for one in together] == [one.mismatches for one in alone]
    assert [one.taken for one in together] == [one.taken for one in alone]
    assert {one.passed for one in together} == {True, False}


def test_scenarios_are_checked_and_not_published(place: Path) -> None:
    from service.files import read_folder

    folder = place / "definitions"
    assert "scenarios/true.yaml" not in read_folder(folder)
    assert "scenarios/true.yaml" in read_folder(folder, scenarios=True)


def test_a_definition_among_the_scenarios_would_not_be_published_and_is_refused(place: Path) -> None:
    (place / "definitions" / "scenarios" / "other.yaml").write_text("workflow: other\nextends: lost-item\n", "utf-8")
    answer = CliRunner().invoke(main, ["check", "--no-cache", "--lang", "en"])
    assert answer.exit_code == 1
    assert "scenarios/other.yaml:1:1: error[misplaced_file] the folder scenarios is for scenarios only" in answer.output
