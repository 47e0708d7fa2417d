"""Replacements: applied as they are given, they mend what they are given for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.language.test_language import ERR, HOUSE
from workflow.compiling import compile_catalogue
from workflow.problems import DefinitionFaulty, Problem
from workflow.replacing import replaced

TRIES = 4
"""So often a file is checked and mended: a fault of how it is written hides those of what it says."""


def problems_of(files: dict[str, str]) -> tuple[Problem, ...]:
    try:
        return compile_catalogue(files).warnings
    except DefinitionFaulty as faulty:
        return faulty.problems


def mended(name: str, text: str, beside: dict[str, str]) -> tuple[str, tuple[Problem, ...]]:
    """The text after all replacements, and the problems that are left."""
    for _ in range(TRIES):
        problems = problems_of(beside | {name: text})
        after = replaced(text, name, problems)
        if after == text:
            return text, problems
        text = after
    return text, problems_of(beside | {name: text})


def text_of(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("file", ERR, ids=lambda file: file.stem)
def test_what_is_replaced_is_no_problem_any_more(file: Path) -> None:
    text = text_of(file)
    told = [problem for problem in problems_of(HOUSE | {file.name: text}) if problem.replacement]
    for problem in told:
        after = replaced(text, file.name, [problem])
        left = {(one.check, one.text) for one in problems_of(HOUSE | {file.name: after})}
        assert after != text
        assert (problem.check, problem.text) not in left


def test_most_examples_are_right_after_their_replacements() -> None:
    right = {file.stem for file in ERR if not mended(file.name, text_of(file), HOUSE)[1]}
    assert len(right) >= 35, sorted(right)
