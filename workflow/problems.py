"""Faults of a definition: where they are, which check found them, what would be accepted.

A fault never raises while there may be more of them: everything that reads a definition collects
problems and goes on, so that an author sees all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a source file; line and column count from 1, columns count characters."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault: `check` is the stable id of what found it, `text` one sentence that says what to do.

    `text_zh` is the same sentence for Chinese readers; where it is empty the English one is shown.
    """

    position: Position
    check: str
    text: str
    text_zh: str = field(default="", compare=False)
    severity: Severity = "error"

    def line(self, lang: str = "en") -> str:
        """The problem in one line: `path:line:column: severity[check] text`."""
        text = self.text_zh if lang == "zh" and self.text_zh else self.text
        return f"{self.position}: {self.severity}[{self.check}] {text}"


class DefinitionFaulty(Exception):
    """The definitions cannot be used: `problems` says why, sorted by place, at least one of them an error."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(problem.line() for problem in self.problems))
