"""Problems as a person or a program reads them: each with its line of the file, and a mark below the place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from service.cli.speaking import say
from service.cli.table import visible, width

if TYPE_CHECKING:
    from workflow.problems import Position, Problem

_LONGEST = 120
"""The most characters of a line that are shown; of a longer one, those around the place."""


def as_text(problems: Iterable[Problem], files: Mapping[str, str | bytes], lang: str) -> str:
    """Each problem in one line, and under it the line of the file that it is about."""
    return "\n".join(
        "\n".join((visible(problem.line(lang)), *_excerpt(problem.position, files))) for problem in sorted(problems)
    )


def as_json(problem: Problem) -> dict[str, Any]:
    """A problem for a program; line and column count from 1, columns count characters."""
    return {
        "path": problem.position.path,
        "line": problem.position.line,
        "column": problem.position.column,
        "severity": problem.severity,
        "check": problem.check,
        "text": problem.text,
        "text_zh": problem.text_zh or problem.text,
    }


def counted(problems: Iterable[Problem]) -> str:
    """How many there are of each kind: "2 errors and 1 warning"."""
    found = list(problems)
    errors = sum(problem.severity == "error" for problem in found)
    warnings = len(found) - errors
    parts = []
    if errors:
        parts.append(say(f"{errors} error{'s' * (errors != 1)}", f"{errors} 个错误"))
    if warnings:
        parts.append(say(f"{warnings} warning{'s' * (warnings != 1)}", f"{warnings} 个警告"))
    return say(" and ", "、").join(parts)


def _excerpt(position: Position, files: Mapping[str, str | bytes]) -> tuple[str, ...]:
    given = files.get(position.path, "")
    text = given.decode("utf-8", "replace") if isinstance(given, bytes) else given
    lines = text.replace("\r\n", "\n").split("\n")
    if not 1 <= position.line <= len(lines):
        return ()
    line, start = visible(lines[position.line - 1]), position.column - 1
    if len(line) > _LONGEST:
        cut = max(0, min(start - _LONGEST // 2, len(line) - _LONGEST))
        line, start = "…" * (cut > 0) + line[cut : cut + _LONGEST], start - cut + (cut > 0)
    gutter = f"{position.line:>5} | "
    return gutter + line, " " * (len(gutter) + width(line[:start])) + "^"
