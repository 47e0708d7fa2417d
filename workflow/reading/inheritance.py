"""What a definition is when everything it `extends` is in it: parts merge by name, key by key, and lists replace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workflow import names
from workflow.problems import Problem
from workflow.reading.nodes import Finding, Node, instead

BLOCKS = ("fields", "states", "transitions", "deadlines", "reminders", "recurring")
"""The maps of parts, which merge by name."""

READ_FIRST = ("fields", "states", "transitions")
"""The blocks that people read in their order: what a definition says there comes before what its base adds to it."""

OWN = frozenset({"workflow", "base", "extends", "zh", "en", "family", "document", "recurring"})
"""What a child does not inherit: what it is called, and how it is opened and issued; of a base it has `recurring`."""

REMOVED = "removed"

DEEPEST = 10
"""The most parents above each other."""


def flatten(documents: Mapping[str, Node]) -> tuple[dict[str, Node], frozenset[str], list[Problem]]:
    """Each definition by name with its parents' parts in it, a parent's first, a base's last; and what is wrong there.

    A definition whose parents are unknown or go in a circle stays as it is written; the second value names these.
    """
    orphans: set[str] = set()
    flat: dict[str, Node] = {}
    problems: list[Problem] = []
    for name, document in documents.items():
        line, finding = _line(name, documents)
        if finding is not None:
            problems.append(document.problem(finding, ("extends",)))
            line = [name]
        for one in reversed(line):
            if one not in flat:
                above = parent_of(documents[one])
                parent = flat.get(above or "") if len(line) > 1 else None
                # Below a parent that is not there, nothing is said of what it lacks.
                heard = problems if above is None or parent is not None else []
                flat[one] = _merged(parent, documents[one], heard)
                if above is not None and (parent is None or above in orphans):
                    orphans.add(one)
    return {name: flat[name] for name in documents}, frozenset(orphans), problems


def parent_of(node: Node) -> str | None:
    """The name of what a document extends."""
    value = node.parts["extends"].value if "extends" in node.parts else None
    return value if isinstance(value, str) and value != REMOVED else None


def _line(name: str, documents: Mapping[str, Node]) -> tuple[list[str], Finding | None]:
    """The definition, its parent, the parent of that one, and so on; or why there is no end to them."""
    line = [name]
    while (parent := parent_of(documents[line[-1]])) is not None:
        way = " → ".join([*line, parent])
        if parent == name:
            return line, Finding(
                "extends_itself", f"{name} extends itself: {way}", f"{name} 的 extends 绕回了自己：{way}"
            )
        if parent in line or (parent not in documents and len(line) > 1):
            return line, None  # said where it happens, not of everything below
        if parent not in documents:
            meant, meant_zh = names.did_you_mean(parent, documents)
            text = f"there is no definition and no base {parent}{meant}"
            text_zh = f"没有名为 {parent} 的流程定义或通用部分{meant_zh}"
            return line, Finding("unknown_workflow", text, text_zh, mend=instead(parent, documents))
        line.append(parent)
        if len(line) > DEEPEST:
            return line, Finding(
                "too_big", f"{name} has more than {DEEPEST} parents above each other", f"{name} 的上级超过 {DEEPEST} 层"
            )
    return line, None


def _merged(parent: Node | None, child: Node, problems: list[Problem]) -> Node:
    above_all = parent.parts if parent else {}
    of_base = "base" in above_all
    own = OWN - {"recurring"} if of_base else OWN
    inherited = {key: node for key, node in above_all.items() if key not in own}
    merged = dict(inherited)
    for key, node in child.parts.items():
        above = inherited.get(key)
        if _takes_away(node):
            _take_away(key, merged, node, problems, has_parent=parent is not None)
        elif key in BLOCKS:
            block = _merged_block(above, node, problems, has_parent=parent is not None)
            if of_base and key in READ_FIRST and above is not None:
                block = _in_order(block, node)
            merged[key] = block
            if not block.parts and node.parts:  # everything in it was taken away
                del merged[key]
        elif key == "accept" and above is not None and above.parts and node.parts:
            merged[key] = replace(node, value={**above.parts, **node.parts})
        else:
            merged[key] = node
    return replace(child, value=merged) if isinstance(child.value, Mapping) else child


def _merged_block(above: Node | None, block: Node, problems: list[Problem], *, has_parent: bool) -> Node:
    if not isinstance(block.value, Mapping):
        return block
    merged = dict(above.parts if above else {})
    for name, part in block.parts.items():
        if _takes_away(part):
            _take_away(name, merged, part, problems, has_parent=has_parent)
        else:
            merged[name] = _merged_part(merged.get(name), part, problems, has_parent=has_parent)
    return replace(block, value=merged)


def _in_order(block: Node, child: Node) -> Node:
    """The block with the child's own parts first, as it has written them."""
    if not isinstance(block.value, Mapping) or not isinstance(child.value, Mapping):
        return block
    written = {name: block.parts[name] for name in child.parts if name in block.parts}
    return replace(block, value={**written, **block.parts})


def _merged_part(above: Node | None, part: Node, problems: list[Problem], *, has_parent: bool) -> Node:
    if not isinstance(part.value, Mapping):
        return part
    merged = dict(above.parts if above else {})
    for key, node in part.parts.items():
        if _takes_away(node):
            _take_away(key, merged, node, problems, has_parent=has_parent)
        else:
            merged[key] = node
    return replace(part, value=merged)


def _takes_away(node: Node) -> bool:
    return node.value == REMOVED and isinstance(node.value, str)


def _take_away(key: str, merged: dict[str, Node], node: Node, problems: list[Problem], *, has_parent: bool) -> None:
    if merged.pop(key, None) is not None:
        return
    why = f"the parent has no {key} here" if has_parent else "this definition extends none"
    why_zh = f"上级定义此处没有 {key}" if has_parent else "本定义没有 extends"
    finding = Finding(
        "removes_nothing",
        f"`removed` takes away what a parent says, and {why}",
        f"removed 用于去掉上级定义的内容，而{why_zh}",
    )
    problems.append(finding.at(node.position))
