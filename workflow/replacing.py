"""Replacing: a text with what its problems would have in the place of what stands there."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.problems import Problem, Replacement


def replaced(text: str, path: str, problems: Iterable[Problem]) -> str:
    """The text of the file `path` after every replacement of its problems.

    Of two that overlap, the one that begins first is made, of those that begin together the longest; what two
    problems say alike is done once.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    wanted = {one.replacement for one in problems if one.replacement and one.replacement.start.path == path}
    made: list[str] = []
    done = 0
    whole = "\n".join(lines)
    for one in sorted(wanted, key=lambda one: (one.start, _reversed(one))):
        start, end = (starts[place.line - 1] + place.column - 1 for place in (one.start, one.end))
        if start < done:
            continue
        made += [whole[done:start], one.text]
        done = end
    return "".join([*made, whole[done:]])


def _reversed(one: Replacement) -> tuple[int, int]:
    return -one.end.line, -one.end.column
