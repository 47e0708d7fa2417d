"""`duban check --promises`, and what publishing does with a promise that does not hold."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy.engine import URL

from service.cli import promises
from tests import command_line
from tests.command_line import Duban, address
from tests.definitions.shipped import published
from tests.service.house import ERRAND, OFFICE, house

KEPT = f"""\
{ERRAND}reminders:
  resting: {{since: last move, after: 2 working days, every: 1 day, while: anywhere, notify: accountable}}
promises:
  - {{someone_is_told_within: 30 minutes, in: anywhere}}
  - {{never_silent_longer_than: 1 hour, in: asked}}
"""
BROKEN = KEPT.replace("within: 30 minutes, in", "within: 10 minutes, in")


@pytest.fixture
def duban(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Duban:
    """Writes the errand in the definitions as the test wants it, and calls a command in English."""
    monkeypatch.chdir(tmp_path)

    def call(errand: str, *arguments: str, **environ: str) -> Result:
        # Whether a country's holidays are known for long enough depends on the day of the test.
        files = house(errand=errand, office=OFFICE.replace("country: CN\n", ""))
        for path, text in files.items():
            (tmp_path / "definitions" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "definitions" / path).write_text(text, encoding="utf-8")
        return command_line.duban(*arguments, XDG_CACHE_HOME=str(tmp_path / "cache"), **environ)

    return call


def test_the_figures_of_each_open_state_and_then_the_promises_are_shown(duban: Duban) -> None:
    told = duban(KEPT, "check", "--promises")
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[1].split("  ")[0] == "nobody is told"
    assert [line.strip() for line in lines[2:5]] == [
        "“asked”",
        "after entering  30 min          exact      “finish”, at the limit (repeating)",
        "from 2026-01-01 00:00, for example: “ask” 2026-01-01 00:00",
    ]
    assert sum(line.startswith("holds") for line in lines) == 2
    assert lines[-1] == "3 files checked, nothing is wrong."


def test_the_columns_stand_below_each_other_in_chinese_too(duban: Duban) -> None:
    told = duban(KEPT, "check", "--promises", "--lang", "zh").stdout
    for said in ("状态", "进入后", "任何时候", "30分钟", "成立", "从2026-01-01 00:00（举例）起"):
        assert said in told


def test_a_broken_promise_is_shown_as_every_other_problem_is(duban: Duban) -> None:
    told = duban(BROKEN, "check", "--promises")
    assert told.exit_code == 1
    assert "errand.yaml:19:6: error[broken_promise] errand" in told.stdout
    assert "30 min" in told.stdout
    assert any(line.startswith("broken") for line in told.stdout.splitlines())
    assert told.stdout.splitlines()[-1] == "3 files checked: 1 error."


def test_one_that_is_put_up_with_says_so_and_why(duban: Duban) -> None:
    accepted = BROKEN.replace("10 minutes, in", "10 minutes, accept: {broken_promise: the desk is small}, in")
    told = duban(accepted, "check", "--promises")
    assert told.exit_code == 0
    assert any(line.startswith("broken, accepted") for line in told.stdout.splitlines())
    assert "Accepted: the desk is small" in told.stdout
    (proved,) = json.loads(duban(accepted, "check", "--promises", "--format", "json").stdout)["proved"]
    assert [one["accepted"] for one in proved["promises"]] == ["the desk is small", None]


def test_the_head_of_a_family_says_that_its_classes_prove_the_states_behind_it(duban: Duban) -> None:
    definitions = str(Path(__file__).parents[2] / "definitions" / "complaint.yaml")
    told = duban(KEPT, "check", "--promises", definitions, DUBAN_DEFINITIONS=str(Path(definitions).parent)).stdout
    assert "A ticket of this definition itself does not come to “Classified”" in told
    assert max(map(len, told.splitlines())) <= 130


@pytest.mark.parametrize(("reference", "lang"), [("README.md", "en_US"), ("README.zh.md", "zh_CN")])
def test_the_reference_shows_what_is_printed(reference: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", f"{lang}.UTF-8")
    shipped = Path(__file__).parents[2] / "definitions"
    found = published()
    at = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    printed = promises.as_text(found, promises.proved(found, [found.definitions["repair"]], at)).splitlines()
    lines = (shipped / reference).read_text("utf-8").split("--promises definitions/repair.yaml")[1].splitlines()[1:]
    shown = [line[4:] for line in itertools.takewhile(lambda line: line.startswith("    "), lines)]
    assert len(shown) > 8
    assert [line for line in shown if line != "…" and line not in printed] == []


def test_a_plain_check_says_where_promises_are_proved_and_only_if_there_are_any(duban: Duban) -> None:
    assert "duban check --promises" in duban(BROKEN, "check").stdout
    assert duban(BROKEN, "check").exit_code == 0
    assert "--promises" not in duban(ERRAND, "check").stdout


def test_files_with_errors_prove_nothing(duban: Duban) -> None:
    told = duban(KEPT.replace("to: done", "to: nowhere"), "check", "--promises")
    assert told.exit_code == 1
    assert "after entering" not in told.stdout


def test_a_program_reads_the_same(duban: Duban) -> None:
    answer = json.loads(duban(BROKEN, "check", "--promises", "--format", "json").stdout)
    (proved,) = answer["proved"]
    first, longest = proved["figures"]
    assert (first["state"], first["kind"], first["seconds"]) == ("asked", "first_telling", 1800)
    assert first["told_by"] == {"kind": "deadline", "name": "finish", "level": "late 1"}
    assert longest["seconds"] == 3600
    assert [one["holds"] for one in proved["promises"]] == [False, True]
    assert [step["transition"] for step in proved["promises"][0]["figure"]["path"]] == ["ask"]
    assert [one["check"] for one in answer["problems"]] == ["broken_promise"]
    assert "proved" not in json.loads(duban(BROKEN, "check", "--format", "json").stdout)


def test_a_broken_promise_stops_publishing_and_a_reason_lets_it_go(duban: Duban, database_url: URL) -> None:
    url = address(database_url)
    for preview in (("--preview",), ()):
        stopped = duban(BROKEN, "publish", *preview, DUBAN_DATABASE_URL=url)
        assert stopped.exit_code == 1
        assert "error[broken_promise]" in stopped.stderr
        assert "Not published" in stopped.stderr
    accepted = BROKEN.replace("10 minutes, in", "10 minutes, accept: {broken_promise: the desk is small}, in")
    assert duban(accepted, "publish", DUBAN_DATABASE_URL=url).exit_code == 0
    assert duban(KEPT, "publish", DUBAN_DATABASE_URL=url).exit_code == 0
