"""Problems as values: which of very many are told."""

from __future__ import annotations

from workflow.problems import MOST_TOLD, Position, Problem, Severity, told


def problems(path: str, number: int, severity: Severity = "error") -> list[Problem]:
    return [Problem(Position(path, line, 1), "name", "a", "甲", severity) for line in range(1, number + 1)]


def test_all_are_told_as_long_as_they_can_be_read() -> None:
    found = [*problems("b.yaml", MOST_TOLD), *problems("a.yaml", 3)]
    assert told(found) == sorted(found)


def test_of_very_many_in_one_file_the_first_are_told_and_how_many_more_there_are() -> None:
    found = [*problems("b.yaml", MOST_TOLD + 7), *problems("c.yaml", 3)]
    answer = told(found)
    assert answer[:MOST_TOLD] == found[:MOST_TOLD]
    assert answer[MOST_TOLD].position == Position("b.yaml", MOST_TOLD + 1, 1)
    assert "7 more" in answer[MOST_TOLD].text
    assert "还有 7 个" in answer[MOST_TOLD].text_zh
    assert answer[MOST_TOLD + 1 :] == problems("c.yaml", 3)


def test_an_error_that_is_not_told_is_still_one() -> None:
    warnings = problems("a.yaml", MOST_TOLD + 1, "warning")
    assert told(warnings)[-1].severity == "warning"
    error = Problem(Position("a.yaml", 9999, 1), "name", "a", "甲")
    assert told([*warnings, error])[-1].severity == "error"
