"""A short fuzz in every run, always of the same cases; `make fuzz` goes on where this one ends."""

from __future__ import annotations

import pytest

from tests.definitions.shipped import needed
from tests.fuzz import judging
from tests.fuzz.cases import case, shipped
from tests.fuzz.judging import Files, judge
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.problems import DefinitionFaulty, Position, Problem

FILES = {"a.yaml": "workflow: a\n"}


@pytest.mark.parametrize("number", range(60))
def test_whatever_a_file_says_it_is_answered_with_problems_that_can_be_shown(number: int) -> None:
    fault = judge(case(number))
    assert fault is None, fault.told


def test_a_case_is_the_outcome_of_its_number() -> None:
    assert case(7) == case(7) != case(8)


def test_a_shipped_file_is_right_beside_what_it_needs() -> None:
    """Else a case would be refused for what is not there, whatever it is made to say."""
    for files in {tuple(needed([path], shipped()).items()) for path in shipped()}:
        compile_catalogue(dict(files))


def test_every_shipped_file_is_made_wrong_now_and_then_and_no_case_has_all_of_them() -> None:
    wrong: set[str] = set()
    for number in range(60, 2500):
        files = case(number)
        ours = files.keys() & shipped().keys()
        wrong |= {path for path in ours if files[path] != shipped()[path]}
        assert len(ours) < len(shipped()) / 2
    assert wrong == shipped().keys()


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (Problem(Position("b.yaml", 1, 1), "name", "a", "甲"), "in no file"),
        (Problem(Position("a.yaml", 3, 1), "name", "a", "甲"), "on no line"),
        (Problem(Position("a.yaml", 1, 13), "name", "a", "甲"), "in no column"),
        (Problem(Position("a.yaml", 1, 1), "name", "a", "a"), "without words"),
        (Problem(Position("a.yaml", 1, 1), "name", "a\nb", "甲"), "of several lines"),
        (Problem(Position("a.yaml", 1, 1), "name", "a" * 3000, "甲"), "too long"),
        (Problem(Position("a.yaml", 1, 1), "name", "\ud800", "甲"), "cannot be shown"),
        (Problem(Position("a.yaml", 1, 1), "name", "a", "甲", severity="warning"), "AssertionError"),
    ],
)
def test_a_problem_that_helps_nobody_is_noticed(problem: Problem, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Files) -> Catalogue:
        raise DefinitionFaulty([problem])

    monkeypatch.setattr(judging, "compile_catalogue", refuse)
    fault = judge(FILES)
    assert fault is not None
    assert fault.kind.startswith(kind)


def test_an_error_of_the_program_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(_: Files) -> Catalogue:
        raise KeyError("x")

    monkeypatch.setattr(judging, "compile_catalogue", stumble)
    fault = judge(FILES)
    assert fault is not None
    assert fault.kind.startswith("KeyError")


def test_a_reading_without_an_end_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def circle(_: Files) -> Catalogue:
        while True:
            pass

    monkeypatch.setattr(judging, "compile_catalogue", circle)
    monkeypatch.setattr(judging, "LONGEST", 0.05)
    fault = judge(FILES)
    assert fault is not None
    assert fault.kind == "too slow"
