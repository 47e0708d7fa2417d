"""What a file says, as a tree in which every key and value knows its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from workflow.problems import Position, Problem, Severity

Scalar = str | int | Decimal | bool
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault whose place is known only by a path: `check`, one sentence in English and in Chinese.

    `column` points into the text that is at fault, from 1. `of_key` says that the key is at fault, not its value.
    """

    check: str
    text: str
    text_zh: str
    column: int | None = None
    of_key: bool = False
    severity: Severity = "error"

    def at(self, position: Position) -> Problem:
        """The problem that it is at a place."""
        return Problem(position, self.check, self.text, self.text_zh, self.severity)


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it begins; `key` is where its key stands (None in a list and for a whole document).

    `indent` is the number of characters between the place and the text itself (1 for a quoted one); None
    where the text is not written in one piece, so that a column in it cannot be pointed at. A value of None
    means that one was written which the reader has already complained of.
    """

    value: Scalar | tuple[Node, ...] | Mapping[str, Node] | None
    position: Position
    key: Position | None = None
    indent: int | None = None

    @property
    def parts(self) -> Mapping[str, Node]:
        """What stands in it by key; empty if it is no map."""
        return self.value if isinstance(self.value, Mapping) else {}

    def data(self) -> object:
        """The bare dict, list or scalar."""
        if isinstance(self.value, Mapping):
            return {name: node.data() for name, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.data() for node in self.value]
        return self.value

    def find(self, path: Path) -> Node | None:
        """What stands at a path; a scalar is also the first item of a list of one."""
        node = self
        for step in path:
            inside: Node | None = None
            if isinstance(node.value, Mapping):
                inside = node.value.get(str(step)) if isinstance(step, str) else (node if step == 0 else None)
            elif isinstance(node.value, tuple):
                inside = node.value[step] if isinstance(step, int) and step < len(node.value) else None
            elif step == 0:
                inside = node
            if inside is None:
                return None
            node = inside
        return node

    def nearest(self, path: Path) -> Node:
        """What stands at a path, or else the last thing on the way to it."""
        for length in range(len(path), 0, -1):
            found = self.find(path[:length])
            if found is not None:
                return found
        return self

    def place(self, path: Path = (), *, of_key: bool = False, column: int | None = None) -> Position:
        """Where the value at a path begins, or its key stands; where it is missing, the key of what lacks it."""
        node = self.nearest(path)
        if of_key or self.find(path) is None:
            return node.key or node.position
        if column is not None and node.indent is not None:
            start = node.position
            return Position(start.path, start.line, start.column + node.indent + column - 1)
        return node.position

    def problem(self, finding: Finding, path: Path = ()) -> Problem:
        """The finding as a problem of what stands at a path."""
        return finding.at(self.place(path, of_key=finding.of_key, column=finding.column))

    def walk(self, path: Path = ()) -> Iterator[tuple[Path, Node]]:
        """Everything in it with its path, from outside in, in the order of the file."""
        yield path, self
        if isinstance(self.value, Mapping):
            for name, node in self.value.items():
                yield from node.walk((*path, name))
        elif isinstance(self.value, tuple):
            for index, node in enumerate(self.value):
                yield from node.walk((*path, index))
