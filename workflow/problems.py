"""Faults of a definition: where they are, which check found them, what would be accepted.

A fault never raises while there may be more of them: everything that reads a definition collects
problems and goes on, so that an author sees all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
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


@dataclass(frozen=True, slots=True)
class Instead:
    """What is certainly meant: `text` in the place of `written`, both as they stand in a file.

    `written` begins where its fault is shown, or as many characters before that as `before` says.
    """

    written: str
    text: str
    before: int = 0

    def at(self, place: Position) -> Replacement:
        """The replacement that it is for a fault shown at a place."""
        start = replace(place, column=place.column - self.before)
        down = self.written.count("\n")
        after = len(self.written.rpartition("\n")[2])
        end = Position(place.path, start.line + down, (1 if down else start.column) + after)
        return Replacement(start, end, self.text)


@dataclass(frozen=True, slots=True, order=True)
class Replacement:
    """What a file would rather say: `text` in the place of what stands from `start` up to, not including, `end`."""

    start: Position
    end: Position
    text: str

    def in_lines(self, lines: Sequence[str]) -> tuple[list[str], list[str]]:
        """The lines of the file that it touches, and what stands in their place afterwards."""
        touched = list(lines[self.start.line - 1 : self.end.line])
        if not touched:
            return [], self.text.split("\n")
        last = touched[-1] if len(touched) == self.end.line - self.start.line + 1 else ""
        whole = touched[0][: self.start.column - 1] + self.text + last[self.end.column - 1 :]
        return touched, whole.split("\n")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault: `check` is the stable id of what found it, `text` one sentence that says what to do.

    `text_zh` is the same sentence for Chinese readers; where it is empty the English one is shown. `replacement` is
    what would mend it, where only one thing can be meant or the least that is missing is known.
    """

    position: Position
    check: str
    text: str
    text_zh: str = field(default="", compare=False)
    severity: Severity = "error"
    replacement: Replacement | None = field(default=None, compare=False)

    def called(self, path: str) -> Problem:
        """The same problem, its file by another path."""
        position, found = replace(self.position, path=path), self.replacement
        if found is not None:
            found = replace(found, start=replace(found.start, path=path), end=replace(found.end, path=path))
        return replace(self, position=position, replacement=found)

    def line(self, lang: str = "en") -> str:
        """The problem in one line: `path:line:column: severity[check] text`."""
        text = self.text_zh if lang == "zh" and self.text_zh else self.text
        return f"{self.position}: {self.severity}[{self.check}] {text}"

    def replaced(self) -> dict[str, dict[str, int | str]]:
        """The replacement for a program, under its name; nothing if there is none."""
        if self.replacement is None:
            return {}
        start, end = self.replacement.start, self.replacement.end
        return {
            "replacement": {
                "line": start.line,
                "column": start.column,
                "end_line": end.line,
                "end_column": end.column,
                "text": self.replacement.text,
            }
        }


MOST_TOLD = 300
"""So many problems of one file are told before it is left at that."""


def told(problems: Iterable[Problem]) -> list[Problem]:
    """The problems, sorted; of a file with very many the first ones, and how many more there are."""
    kept: list[Problem] = []
    by_path: dict[str, list[Problem]] = {}
    for problem in sorted(problems):
        by_path.setdefault(problem.position.path, []).append(problem)
    for of_file in by_path.values():
        kept += of_file[:MOST_TOLD]
        if left := of_file[MOST_TOLD:]:
            grave = any(problem.severity == "error" for problem in left)
            kept.append(
                Problem(
                    left[0].position,
                    "too_many",
                    f"from here on this file has {len(left)} more problems; mend those before first",
                    f"从这里起本文件还有 {len(left)} 个问题；请先改前面的",
                    "error" if grave else "warning",
                )
            )
    return kept


class DefinitionFaulty(Exception):
    """The definitions cannot be used: `problems` says why, sorted by place, at least one of them an error."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(problem.line() for problem in self.problems))
