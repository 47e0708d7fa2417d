"""The language by example: each file of ok/ is silent, each of err/ gives exactly what its .out file says.

An .out file is what `duban check` prints, in English and below a line of === in Chinese. A new fault is a .yaml file
with that one fault; `python -m tests.language.test_language` writes the .out files of all, to be read before they are
kept.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from service.cli.problems import as_text
from tests.language.files import file_of
from workflow.compiling import compile_catalogue
from workflow.problems import DefinitionFaulty, Problem

HERE = Path(__file__).parent
HOUSE = {"house.yaml": (HERE / "house.yaml").read_text("utf-8")}
OK = sorted((HERE / "ok").glob("*.yaml"))
ERR = sorted((HERE / "err").glob("*.yaml"))


@cache
def told(file: Path) -> tuple[Problem, ...]:
    try:
        name = file_of(file.read_text("utf-8")) if file in OK else file.name
        return compile_catalogue(HOUSE | {name: file.read_bytes()}).warnings
    except DefinitionFaulty as faulty:
        return faulty.problems


def printed(file: Path) -> str:
    """What `duban check` says of a file, in both languages."""
    files = HOUSE | {file.name: file.read_bytes()}
    return "\n===\n".join(as_text(told(file), files, lang) for lang in ("en", "zh")) + "\n"


@pytest.mark.parametrize("file", OK, ids=lambda file: file.stem)
def test_a_right_file_is_silent(file: Path) -> None:
    assert [problem.line() for problem in told(file)] == []


@pytest.mark.parametrize("file", ERR, ids=lambda file: file.stem)
def test_a_fault_is_told_with_its_place_and_what_to_type(file: Path) -> None:
    assert printed(file) == file.with_suffix(".out").read_text("utf-8")


@pytest.mark.parametrize("file", ERR, ids=lambda file: file.stem)
def test_a_fault_is_told_in_chinese_too(file: Path) -> None:
    for problem in told(file):
        assert any("\u4e00" <= character <= "\u9fff" for character in problem.text_zh), problem


def test_every_fault_file_has_its_problems_written_down_and_no_other_does() -> None:
    assert {file.stem for file in ERR} == {file.stem for file in (HERE / "err").glob("*.out")}


def test_the_house_is_silent_alone() -> None:
    assert compile_catalogue(HOUSE).warnings == ()


if __name__ == "__main__":
    for each in ERR:
        each.with_suffix(".out").write_text(printed(each), "utf-8")
