"""Each single value of the shipped definitions, and something else in its place: always a problem, never a crash."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.definitions.shipped import shipped_files
from workflow.compiling import compile_catalogue
from workflow.problems import DefinitionFaulty
from workflow.reading.source import read

EVERY = 61
"""One of so many values is replaced; the step shares no factor with the number of odd values."""

ODD = ['["a"]', '[["a"]]', '{"a": {"b": "c"}}', "17", "true", '"等待配件"', '["等待", "x"]', '""', f'"{"长" * 5000}"']

WRITTEN = {path: text for path, text in shipped_files().items() if "\nworkflow:" in f"\n{text}"}


@cache
def places(path: str) -> list[tuple[int, int, int]]:
    """Line, column and length of each value that is written in one line without quotes, as it stands in the file."""
    found = []
    for document in read(WRITTEN[path], path)[0]:
        for _, node in document.walk():
            if node.indent == 0 and node.value is not None and not isinstance(node.value, dict | tuple):
                found.append((node.position.line, node.position.column, node.value))
    lines = WRITTEN[path].split("\n")
    known: list[Any] = [(line, column, str(value)) for line, column, value in found]
    return [(line, at, len(text)) for line, at, text in known if lines[line - 1][at - 1 :].startswith(text)]


def replaced(path: str, place: tuple[int, int, int], odd: str) -> str:
    line, column, length = place
    lines = WRITTEN[path].split("\n")
    text = lines[line - 1]
    lines[line - 1] = text[: column - 1] + odd + text[column - 1 + length :]
    return "\n".join(lines)


@pytest.mark.parametrize("path", sorted(WRITTEN))
def test_an_odd_value_is_told_and_breaks_nothing(path: str) -> None:
    for number, place in enumerate(places(path)[::EVERY]):
        text = replaced(path, place, ODD[number % len(ODD)])
        try:
            problems = compile_catalogue(shipped_files() | {path: text}).warnings
        except DefinitionFaulty as faulty:
            problems = faulty.problems
            assert problems
        assert all(problem.text and problem.text_zh for problem in problems)


TYPES = ["[a]", "[[a]]", "{a: b}", "true", "17", "类型"]
CHOICES = ["[等待配件, 等待业户]", "等待", "[parts, 等待]", "{等待: {}}", "[]", "{}", "[[a]]", "true", "{a: {zh: [x]}}"]


@pytest.mark.parametrize(
    "field",
    [f"{{type: {one}, of: [a]}}" for one in TYPES] + [f"{{type: choice, of: {one}}}" for one in CHOICES],
)
def test_a_field_that_cannot_be_read_is_told(field: str) -> None:
    file = {"odd.yaml": f"workflow: odd\nextends: repair\nfields:\n  odd: {field}\n"}
    with pytest.raises(DefinitionFaulty) as faulty:
        compile_catalogue(shipped_files() | file)
    assert {problem.position.path for problem in faulty.value.problems} == {"odd.yaml"}


def test_without_a_file_of_roles_one_sentence_says_so() -> None:
    files = {path: text for path, text in shipped_files().items() if path != "roles.yaml"}
    with pytest.raises(DefinitionFaulty) as faulty:
        compile_catalogue(files)
    first = faulty.value.problems[0]
    assert (first.check, first.position.line) == ("unknown_role", 1)
    assert "roles.yaml" in first.text
    assert [problem.check for problem in faulty.value.problems].count("unknown_role") == 1
    assert "who" not in {problem.check for problem in faulty.value.problems}
