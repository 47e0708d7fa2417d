"""A key that stands twice: a block, the name of a part, or a value; which of them decides what is to be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count

from workflow.names import one_of, shortened
from workflow.problems import Instead, Position, Replacement
from workflow.reading.nodes import Finding, Node

SHORT = 30
"""The most characters of a value that are shown beside those of another one."""


def finding(name: str, second: Node, parts: Mapping[str, Node], under: Sequence[str], lines: Sequence[str]) -> Finding:
    """What to say of a key that stands among `parts` already, and below the keys `under`."""
    first = parts[name]
    line, called = (first.key or first.position).line, f"`{shortened(name)}`"
    if (
        not under
        and second.value
        and type(first.value) is type(second.value)
        and isinstance(first.value, Mapping | tuple)
    ):
        return _of_block(called, line, second, parts, name)
    if first.parts and second.parts and (len(under) == 1 or under[-1:] == ["of"]):
        number = next(number for number in count(2) if f"{name}_{number}" not in parts)
        return Finding(
            "duplicate_key",
            f"{called} stands here and in line {line}; keep one of them, or give one another name",
            f"{called} 在此处和第 {line} 行重复；请只留一个，或给其中一个改名",
            mend=Instead(name, f"{name}_{number}"),
        )
    here, there = _shown(second), _shown(first)
    if here and there:
        return Finding(
            "duplicate_key",
            f"{called} stands here with `{here}` and in line {line} with `{there}`; keep one of them",
            f"{called} 在此处写为 `{here}`，在第 {line} 行写为 `{there}`；请只留一个",
            mend=_taken_away(second, lines),
        )
    return Finding(
        "duplicate_key",
        f"{called} stands here and in line {line}; keep one of them",
        f"{called} 在此处和第 {line} 行重复；请只留一个",
        mend=_taken_away(second, lines),
    )


def _of_block(called: str, line: int, second: Node, parts: Mapping[str, Node], name: str) -> Finding:
    """Of a whole block, which has its name from the language: nothing is lost if both become one."""
    alike = [f"`{shortened(one)}`" for one in second.parts if one in parts[name].parts]
    both, both_zh = "", ""
    if alike:
        both = f"; {one_of(alike)} {'stands' if len(alike) == 1 else 'stand'} in both, keep one or give it another name"
        both_zh = f"；{one_of(alike, 'zh')} 两处都有，请只留一个或改名"
    return Finding(
        "duplicate_key",
        f"{called} stands here and in line {line}; move what stands below into the one in line {line}, "
        f"and take this line away{both}",
        f"{called} 在此处和第 {line} 行各写了一次；请把下面的内容移到第 {line} 行那一处，并去掉这一行{both_zh}",
        mend=None if alike else _joined(second, parts, name),
    )


def _joined(second: Node, parts: Mapping[str, Node], name: str) -> Replacement | None:
    """The line of the key taken away, where the block goes on directly below the first one."""
    first, key = parts[name], second.key
    if key is None or name != list(parts)[-1] or isinstance(first.value, tuple):
        return None
    below = all(node.position.line > node.key.line for node in (first, second) if node.key)
    if not below or first.position.column != second.position.column or _is_flow(first) or _is_flow(second):
        return None
    return Replacement(replace(key, column=1), Position(key.path, key.line + 1, 1), "")


def _is_flow(node: Node) -> bool:
    """Whether a map stands in { }: its first key is then not where it begins."""
    return next(iter(node.parts.values())).key != node.position


def _taken_away(second: Node, lines: Sequence[str]) -> Replacement | None:
    """The line of a value taken away, if it has one of its own."""
    place = second.key
    if place is None or isinstance(second.value, Mapping | tuple) or second.tail is None:
        return None
    if second.tail.line != place.line or lines[place.line - 1][: place.column - 1].strip():
        return None
    return Replacement(replace(place, column=1), Position(place.path, place.line + 1, 1), "")


def _shown(node: Node) -> str:
    """A value as it is named in a message; empty for what has others inside, or none."""
    if isinstance(node.value, Mapping | tuple) or node.value is None:
        return ""
    return ("false", "true")[node.value] if isinstance(node.value, bool) else shortened(str(node.value), to=SHORT)
