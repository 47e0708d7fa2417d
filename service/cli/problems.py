"""Problems as a person or a program reads them: each with its line of the file, a mark below the place, and below
that the line as it would be right, where that is certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from service.cli.speaking import say
from service.cli.table import visible, width

if TYPE_CHECKING:
    from workflow.problems import Problem

_LONGEST = 120
"""The most characters of a line that are shown; of a longer one, those around the place."""


def as_text(problems: Iterable[Problem], files: Mapping[str, str | bytes], lang: str) -> str:
    """Each problem in one line, and under it the line of the file that it is about and what to write instead."""
    ordered = sorted(problems)
    lines = {path: _lines(path, files) for path in {problem.position.path for problem in ordered}}
    return "\n".join(
        "\n".join(
            (
                visible(problem.line(lang)),
                *_excerpt(problem, lines[problem.position.path]),
                *_help(problem, lines, lang),
            )
        )
        for problem in ordered
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
        **problem.replaced(),
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


def _lines(path: str, files: Mapping[str, str | bytes]) -> list[str]:
    given = files.get(path, "")
    text = given.decode("utf-8", "replace") if isinstance(given, bytes) else given
    return text.replace("\r\n", "\n").split("\n")


def _excerpt(problem: Problem, lines: list[str]) -> tuple[str, ...]:
    """The line of the file, and below it a mark under what would be replaced, or else under where the fault begins."""
    position, marked = problem.position, problem.replacement
    if not 1 <= position.line <= len(lines):
        return ()
    line, start, length = visible(lines[position.line - 1]), position.column - 1, 1
    if marked is not None and marked.start <= position < marked.end and marked.start.line == marked.end.line:
        start, length = marked.start.column - 1, marked.end.column - marked.start.column
    if len(line) > _LONGEST:
        cut = max(0, min(start - _LONGEST // 2, len(line) - _LONGEST))
        line, start = "…" * (cut > 0) + line[cut : cut + _LONGEST], start - cut + (cut > 0)
    gutter = f"{position.line:>5} | "
    mark = "^" * max(1, width(line[start : start + length]))
    return gutter + line, " " * (len(gutter) + width(line[:start])) + mark


_LONGEST_TO_TYPE = 500
"""The most characters of a line that is shown as it would be right."""

_HELP = {"en": "  help: ", "zh": "可改为："}
"""What stands before the line as it would be right, as wide as the number of a line and its stroke."""

_ADDED, _TAKEN = "    + | ", "    - | "
"""What stands before a line that is added or taken away: what follows the stroke is what stands in the file."""


def _help(problem: Problem, lines_of: Mapping[str, list[str]], lang: str) -> Iterator[str]:
    replacement = problem.replacement
    if replacement is None:
        return
    before, after = replacement.in_lines(lines_of[replacement.start.path])
    first = replacement.start.line
    while before and after and before[0] == after[0]:
        del before[0], after[0]
        first += 1
    while before and after and before[-1] == after[-1]:
        before.pop()
        after.pop()
    if any(len(line) > _LONGEST_TO_TYPE for line in after):
        return  # nobody types it again, and it would bury what else is said
    if len(before) == len(after) == 1 and after[0].strip():
        yield _HELP[lang] + visible(after[0])
        return
    yield _HELP[lang] + _what_is_done(first, before, after, lang)
    if "".join(after).strip() or not before:
        yield from (_ADDED + visible(line) for line in after)
    else:
        yield from (_TAKEN + visible(line) for line in before)


def _what_is_done(first: int, before: list[str], after: list[str], lang: str) -> str:
    """What is done with the lines that stand below: they are added, taken away, or stand in the place of others."""
    last = first + len(before) - 1
    lines = f"line {first}" if first == last else f"lines {first} to {last}"
    lines_zh = f"第 {first} 行" if first == last else f"第 {first} 至 {last} 行"
    if not before and first > 1:
        return f"在第 {first - 1} 行之后加上" if lang == "zh" else f"add after line {first - 1}"
    if not before:
        return "在文件开头加上" if lang == "zh" else "add at the beginning"
    if not "".join(after).strip():
        return f"去掉{lines_zh}" if lang == "zh" else f"take {lines} away"
    return f"{lines_zh}写成" if lang == "zh" else f"write {lines} so"
