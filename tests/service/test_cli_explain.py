"""`duban explain`: a lifecycle in sentences, and laid flat: what it inherits, where each value is written, defaults."""

from __future__ import annotations

import json
import re

import pytest

from service.cli.table import width
from tests import command_line
from tests.definitions.shipped import FOLDER, shipped, shipped_files
from workflow.reading.schema.flat import Flat, lay_flat

PARENT = """workflow: parent
calendar: mall
accountable: desk
fields: {reason: {type: text}, photo: {type: file}}
states: {kept: {responsible: desk}, done: {end: true}}
transitions:
  take: {from: new, to: kept, by: anyone}
  end: {from: kept, to: done, by: desk}
reminders:
  old: {after: 3 days, every: 1 day, at: "09:00", while: kept, notify: [desk, manager]}
"""
CHILD = """workflow: child
extends: parent
fields: {photo: removed}
transitions:
  end: {by: manager}
deadlines:
  end:
    within: 2 days
    until: end
    late:
      - {late_by: 1 day, notify: desk}
"""


@pytest.fixture(scope="module")
def flat() -> Flat:
    return lay_flat("child", {"parent.yaml": PARENT, "child.yaml": CHILD})


def said(flat: Flat, path: str) -> tuple[str, str, bool]:
    line = next(line for line in flat.lines if ".".join(map(str, line.path)) == path)
    place = f"{line.origin.path}:{line.origin.line}" if line.origin else "default"
    return line.value, place, line.inherited


def test_each_value_tells_where_it_is_written(flat: Flat) -> None:
    assert said(flat, "transitions.end.by") == ("manager", "child.yaml:5", False)
    assert said(flat, "transitions.end.from") == ("kept", "parent.yaml:8", True)
    assert said(flat, "calendar") == ("mall", "parent.yaml:2", True)
    assert said(flat, "reminders.old.notify") == ("[desk, manager]", "parent.yaml:10", True)
    assert said(flat, "reminders.old.at") == ('"09:00"', "parent.yaml:10", True)
    assert said(flat, "deadlines.end.late.0.late_by") == ("1 day", "child.yaml:11", False)


def test_what_is_not_written_holds_by_default(flat: Flat) -> None:
    assert said(flat, "deadlines.end.since") == ("opening", "default", False)
    assert said(flat, "reminders.old.since") == ("opening", "default", False)
    assert not any(line.default and line.path == ("calendar",) for line in flat.lines)


def test_what_is_taken_away_is_gone_and_listed(flat: Flat) -> None:
    assert not any(line.path[:2] == ("fields", "photo") for line in flat.lines)
    assert [(path, position.path, position.line) for path, position in flat.removed] == [
        (("fields", "photo"), "child.yaml", 3)
    ]


@pytest.mark.parametrize("name", shipped().definitions)
def test_every_value_of_a_shipped_definition_stands_where_it_is_said_to(name: str) -> None:
    files = shipped_files()
    for line in lay_flat(name, files).lines:
        if line.origin is not None:
            written = files[line.origin.path].split("\n")[line.origin.line - 1]
            assert all(word in written for word in re.findall(r"[a-z]\w*", line.value)[:1]), line


def duban(*arguments: str) -> str:
    result = command_line.duban("explain", "--definitions", str(FOLDER), *arguments)
    return f"{result.exit_code} {result.output}"


def test_the_command_shows_it_to_people() -> None:
    told = duban("complaint-important", "--flat")
    assert re.search(r"^    within: 1 hour +\S*complaint-important.yaml:\d+$", told, re.MULTILINE)
    assert re.search(r"^  receive: .*complaint.yaml:\d+  inherited$", told, re.MULTILINE)
    assert re.search(r"\(default\)$", told, re.MULTILINE)
    assert "（默认）" in duban("repair", "--flat", "--lang", "zh")


def test_the_command_shows_it_to_programs() -> None:
    told = json.loads(duban("complaint-important", "--flat", "--format", "json").removeprefix("0 "))
    limit = next(line for line in told["lines"] if line["path"] == ["deadlines", "start", "within"])
    assert limit["value"] == "1 hour"
    assert limit["origin"]["path"].endswith("complaint-important.yaml")
    assert not limit["inherited"]


def test_without_an_option_the_lifecycle_is_told_in_sentences() -> None:
    told = duban("repair")
    assert told.startswith("0 # Repair\n\n## About\n\n- ")
    said = " ".join(told.split())
    assert "If nobody does “Pick up” within 30 minutes, the head of the repairing department and" in said
    assert "30分钟内未办理“接单”的，通知维修部门的部门负责人和" in "".join(duban("repair", "--lang", "zh").split())


def test_sentences_fit_on_the_terminal_in_both_languages() -> None:
    for lang in ("zh", "en"):
        lines = duban("repair", "--lang", lang).removeprefix("0 ").splitlines()
        assert max(map(width, lines)) <= 80
        assert not [line for line in lines if line.lstrip()[:1] in ("，", "。", "、", ",", ".")]


def test_programs_get_the_sentences_with_the_parts_that_they_tell() -> None:
    told = json.loads(duban("repair", "--format", "json").removeprefix("0 "))
    sentences = [
        (one["path"], one["text"])
        for section in told["sections"]
        for paragraph in section["paragraphs"]
        for one in paragraph["sentences"]
    ]
    (level,) = [text for path, text in sentences if path == ["deadlines", "pick_up", "soon", 0]]
    assert level.startswith("10 minutes before the limit, the staff of the repairing department is told")
    assert (told["name"], told["title"], told["lang"]) == ("repair", "Repair", "en")


def test_the_command_refuses_what_it_does_not_know() -> None:
    assert duban("repar", "--flat").startswith("2 Error: there is no definition repar; did you mean repair?")
