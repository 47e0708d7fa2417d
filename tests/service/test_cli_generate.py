"""`duban test --generate` from outside: what it writes into the folder, what it says, and that it does so once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import command_line
from tests.command_line import Duban
from tests.workflow.scenarios.test_generating import ERRAND, FILES


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command is called, with a small house in `definitions`."""
    (tmp_path / "definitions").mkdir()
    for name, text in FILES.items():
        (tmp_path / "definitions" / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "definitions"


@pytest.fixture
def duban(place: Path) -> Duban:
    return lambda *arguments: command_line.duban("test", *arguments)


def test_it_writes_what_is_missing_and_says_what(place: Path, duban: Duban) -> None:
    result = duban("--generate")
    assert result.exit_code == 0
    assert result.stdout.startswith("errand: ")
    assert " added: " in result.stdout
    assert (place / "scenarios" / "errand.yaml").read_text("utf-8").startswith("scenario: ")
    assert duban().exit_code == 0


def test_a_second_time_nothing_is_written(place: Path, duban: Duban) -> None:
    duban("--generate", "errand")
    before = (place / "scenarios" / "errand.yaml").read_bytes()
    result = duban("--generate", "errand")
    assert result.exit_code == 0
    assert "Nothing to write" in result.stdout
    assert (place / "scenarios" / "errand.yaml").read_bytes() == before


def test_what_somebody_wrote_and_is_no_longer_true_is_named(place: Path, duban: Duban) -> None:
    duban("--generate")
    file = place / "scenarios" / "errand.yaml"
    mine = file.read_text("utf-8").replace("generated: true\n", "")
    file.write_text(mine, "utf-8")
    (place / "errand.yaml").write_text(ERRAND.replace("within: 2 days", "within: 3 days"), "utf-8")
    result = duban("--generate")
    assert result.exit_code == 1
    assert "no longer true and left as they are" in result.stdout
    assert file.read_text("utf-8").startswith(mine)


def test_programs_are_told_in_json_and_people_in_their_language(duban: Duban) -> None:
    (answer,) = json.loads(duban("--generate", "--format", "json").stdout)
    assert answer["workflow"] == "errand"
    assert answer["added"]
    assert answer["unreached"] == []
    assert "无需新写" in duban("--generate", "--lang", "zh").stdout


def test_a_name_that_is_no_workflow_is_refused_with_what_was_meant(duban: Duban) -> None:
    result = duban("--generate", "erand")
    assert result.exit_code == 2
    assert "errand" in result.stderr


def test_it_counts_the_scenarios_of_what_was_asked_for(place: Path, duban: Duban) -> None:
    (place / "other.yaml").write_text(ERRAND.replace("workflow: errand", "workflow: other"), "utf-8")
    duban("--generate")
    number = (place / "scenarios" / "other.yaml").read_text("utf-8").count("scenario: ")
    assert f"Nothing to write: {number} scenarios" in duban("--generate", "other").stdout


def test_no_results_are_written_while_scenarios_are(place: Path, duban: Duban) -> None:
    result = duban("--generate", "--junit", str(place / "results.xml"))
    assert result.exit_code == 2
    assert "--junit" in result.stderr
    assert not (place / "scenarios").exists()
