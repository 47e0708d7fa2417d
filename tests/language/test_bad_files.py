"""Whatever a file is, its author is told what to type instead, within a second and 200 MB."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import pytest

from tests.definitions.shipped import shipped_files
from tests.language.bad_files import CASES, Outcome, outcomes
from tests.language.test_language import HOUSE
from workflow.compiling import compile_catalogue
from workflow.problems import DefinitionFaulty
from workflow.reading.source import read

SECONDS = 3
"""A second on an idle machine; others may work on this one."""

MEGABYTES = 200


@pytest.fixture(scope="module")
def outcome() -> Mapping[str, Outcome]:
    return outcomes()


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_is_told_what_to_type_instead(name: str, outcome: Mapping[str, Outcome]) -> None:
    found = outcome[name]
    assert not found.raised
    assert found.exit_code == 1
    assert CASES[name][1] in found.en
    assert found.zh.count("error[") == found.en.count("error[")
    assert any("\u4e00" <= character <= "\u9fff" for character in found.zh.partition("error[")[2].partition("\n")[0])
    assert len(found.en) < 200_000


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_costs_little(name: str, outcome: Mapping[str, Outcome]) -> None:
    assert outcome[name].seconds < SECONDS
    assert outcome[name].megabytes < MEGABYTES


def test_windows_line_ends_are_no_fault() -> None:
    files = {name: text.replace("\n", "\r\n") for name, text in HOUSE.items()}
    assert compile_catalogue(files).warnings == ()


@pytest.mark.parametrize("path", sorted(shipped_files()))
def test_a_shipped_file_that_is_cut_short_anywhere_is_told_what_is_missing(path: str) -> None:
    text = shipped_files()[path]
    for end in range(0, len(text), max(1, len(text) // 600)):
        cut = text[:end]
        for problem in read(cut, path)[1]:
            assert problem.text_zh
            assert problem.position.line <= cut.count("\n") + 1, (end, problem)


def test_a_shipped_definition_that_is_cut_short_behind_any_line_is_right_or_has_problems() -> None:
    files = shipped_files()
    lines = files["service-request.yaml"].splitlines(keepends=True)
    others = {name: text for name, text in files.items() if "calendar" in name or name == "roles.yaml"}
    for end in range(0, len(lines) - 1, 3):
        with suppress(DefinitionFaulty):
            compile_catalogue(others | {"service-request.yaml": "".join(lines[:end])})
