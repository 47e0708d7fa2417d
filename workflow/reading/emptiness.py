"""Empty keys: what was meant by a key that says nothing, from what stands around it.

Often the parts that should be in it stand below it without indentation, and then every one of them is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable

from workflow.problems import Instead, Position, Problem
from workflow.reading.inheritance import BLOCKS
from workflow.reading.nodes import Finding, Node
from workflow.reading.schema import KINDS

_HOLDING = frozenset({*BLOCKS, "departments", "roles", "columns"})
"""The keys that hold parts by name."""

_NEEDED = frozenset(
    {"workflow", "base", "calendar", "accountable", "from", "to", "by", "until", "late", "while", "type", "left"}
)
"""Keys that no definition or part can be without, so that they cannot be taken away either."""

_NOTHING = "nothing follows"


def explain_empty(document: Node, kind: str, problems: Iterable[Problem]) -> tuple[list[Problem], set[Position]]:
    """The problems with better advice for empty keys, and the keys of which it need not be said that they are unknown.

    `removed` is offered only where a parent could have said something that can be missed.
    """
    outdented, misplaced = _outdented(document, kind)
    paths = {node.key: path for path, node in document.walk() if node.value is None and node.key is not None}
    told = []
    for problem in problems:
        path = paths.get(problem.position)
        if path is None or problem.check != "nothing_follows" or not problem.text.startswith(_NOTHING):
            told.append(problem)
            continue
        place, key = problem.position, path[-1]
        if place in outdented:
            told.append(outdented[place].at(place))
        elif "extends" in document.parts and len(path) <= len(("block", "part", "key")) and key not in _NEEDED:
            text = f"{_NOTHING} {key}; write what it says, or `removed` to take away what the parent says"
            text_zh = f"{key} 后面没有内容；请写内容，要去掉上级的内容请写 removed"
            told.append(Finding(problem.check, text, text_zh, mend=Instead(f"{key}:", f"{key}: removed")).at(place))
        elif key in _NEEDED or (key in _HOLDING and len(path) == 1):
            text = f"{_NOTHING} {key}; write what it says"
            told.append(Finding(problem.check, text, f"{key} 后面没有内容；请写内容").at(place))
        else:
            told.append(problem)
    return told, misplaced


def _outdented(document: Node, kind: str) -> tuple[dict[Position, Finding], set[Position]]:
    """Empty keys whose parts stand below them instead of inside them, and the places of these parts."""
    known = KINDS[kind]().keys()
    found: dict[Position, Finding] = {}
    misplaced: set[Position] = set()
    empty: tuple[str, Position] | None = None
    for name, node in document.parts.items():
        if node.key is None:
            continue
        if name in known:
            empty = (name, node.key) if name in _HOLDING and node.value is None else None
        elif empty is not None and node.parts:
            above, place = empty
            misplaced.add(node.key)
            found.setdefault(
                place,
                Finding(
                    "nothing_follows",
                    f"{_NOTHING} {above}; indent line {node.key.line}, `{name}:`, and what belongs to it by two blanks",
                    f"{above} 后面没有内容；请把第 {node.key.line} 行的 {name}: 及其内容缩进两格",
                ),
            )
    return found, misplaced
