"""What a file says, as a tree in which every key and value knows its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from workflow import names
from workflow.problems import Instead, Position, Problem, Replacement, Severity

Scalar = str | int | Decimal | bool
Path = tuple[str | int, ...]


def instead(written: object, known: Iterable[str]) -> Instead | None:
    """The nearest of the known names in the place of one that is none of them; None if none is like it."""
    meant = names.nearest(written, known) if isinstance(written, str) else None
    return Instead(written, meant) if meant and isinstance(written, str) else None


@dataclass(frozen=True, slots=True)
class Added:
    """An entry that a map lacks, in lines without their indentation."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault whose place is known only by a path: `check`, one sentence in English and in Chinese.

    `column` points into the text that is at fault, from 1. `of_key` says that the key is at fault, not its value.
    `mend` is what to write instead or to add, if that is certain.
    """

    check: str
    text: str
    text_zh: str
    column: int | None = None
    of_key: bool = False
    severity: Severity = "error"
    mend: Instead | Added | Replacement | None = None

    def at(self, position: Position) -> Problem:
        """The problem that it is at a place."""
        mend = self.mend.at(position) if isinstance(self.mend, Instead) else self.mend
        found = mend if isinstance(mend, Replacement) else None
        return Problem(position, self.check, self.text, self.text_zh, self.severity, found)


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it begins; `key` is where its key stands (None in a list and for a whole document).

    `indent` is the number of characters between the place and the text itself (1 for a quoted one); None
    where the text is not written in one piece, so that a column in it cannot be pointed at. A value of None
    means that one was written which the reader has already complained of. `tail` is the end of its last line.
    """

    value: Scalar | tuple[Node, ...] | Mapping[str, Node] | None
    position: Position
    key: Position | None = None
    indent: int | None = None
    tail: Position | None = None

    @property
    def parts(self) -> Mapping[str, Node]:
        """What stands in it by key; empty if it is no map."""
        return self.value if isinstance(self.value, Mapping) else {}

    def only(self, keys: Collection[str]) -> Node:
        """The map without what stands under other keys."""
        return replace(self, value={key: node for key, node in self.parts.items() if key in keys})

    @classmethod
    def of(cls, data: object, place: str) -> Node:
        """The tree of bare data that stands in no file: a position's path is then the keys that lead to it."""
        position = Position(place, 1, 1)
        if isinstance(data, Mapping):
            return cls({str(key): cls.of(inside, f"{place}.{key}") for key, inside in data.items()}, position, position)
        if isinstance(data, list | tuple):
            items = tuple(cls.of(item, f"{place}[{index}]") for index, item in enumerate(data))
            return cls(items, position, position)
        return cls(data if isinstance(data, str | int | Decimal | bool) else None, position, position)

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
        place = self.place(path, of_key=finding.of_key, column=finding.column)
        return replace(finding.at(place), replacement=self._mended(finding, path, place))

    def _mended(self, finding: Finding, path: Path, place: Position) -> Replacement | None:
        mend, node = finding.mend, self.find(path)
        if mend is None or isinstance(mend, Replacement):
            return mend
        if isinstance(mend, Added):
            return (node or self.nearest(path)).with_entry(mend.lines)
        if node is None:
            return None
        if finding.of_key:
            return mend.at(place) if node.key else None
        if node.indent is None:
            return None
        if node.indent and finding.column and '"' in mend.text:
            return None  # quotation marks within others
        if node.indent and mend.text[:1] == mend.text[-1:] == '"':
            mend = replace(mend, text=mend.text[1:-1])  # it stands in quotes already
        return mend.at(place if finding.column else replace(place, column=place.column + node.indent))

    def with_entry(self, lines: Sequence[str]) -> Replacement | None:
        """What adds an entry to this map, below its last one or in { } before its first; None if it has none."""
        first = min((node.key for node in self.parts.values() if node.key and node.key >= self.position), default=None)
        if first is None or first.path != self.position.path:
            return None
        if first == self.position:
            margin = " " * (first.column - 1)
            below = "".join(f"\n{margin}{line}" for line in lines)
            return Replacement(self.tail, self.tail, below) if self.tail else None
        return Instead("", f"{lines[0]}, ").at(first) if len(lines) == 1 else None

    def without(self, text: str) -> Replacement | None:
        """What takes a word out of this list; None unless it stands in brackets and in one line with another one."""
        items = self.value if isinstance(self.value, tuple) else ()
        values = [item.value for item in items]
        if len(items) < 2 or text not in values or {item.position.line for item in items} != {self.position.line}:
            return None
        place = values.index(text)
        if place + 1 < len(items):
            return Replacement(items[place].position, items[place + 1].position, "")
        before, last = items[place - 1], items[place]
        return Replacement(before.end, last.end, "") if before.end and last.end else None

    def without_key(self, name: str) -> Replacement | None:
        """What takes an entry out of this map, with its line or from within { }; None where that is not certain."""
        here = {part.key: part for part in self.parts.values() if part.key and part.key >= self.position}
        keys = sorted(key for key in here if key.path == self.position.path)
        part = self.parts.get(name)
        if part is None or part.key not in keys or len(keys) < 2:
            return None
        place = keys.index(part.key)
        if place and keys[0] == self.position:
            line = Position(part.key.path, part.tail.line + 1, 1) if part.tail else None
            return Replacement(replace(part.key, column=1), line, "") if line else None
        if place + 1 < len(keys):
            return Replacement(part.key, keys[place + 1], "")
        before = here[keys[place - 1]]
        return Replacement(before.end, part.end, "") if before.end and part.end else None

    @property
    def end(self) -> Position | None:
        """Where a text ends that is written in one piece."""
        if self.indent is None or not isinstance(self.value, str):
            return None
        return replace(self.position, column=self.position.column + len(self.value) + 2 * self.indent)

    def walk(self, path: Path = ()) -> Iterator[tuple[Path, Node]]:
        """Everything in it with its path, from outside in, in the order of the file."""
        waiting = [(path, self)]
        while waiting:
            at, node = waiting.pop()
            yield at, node
            value = node.value
            if isinstance(value, str):
                continue
            if isinstance(value, Mapping):
                waiting += reversed([((*at, name), part) for name, part in value.items()])
            elif isinstance(value, tuple):
                waiting += reversed([((*at, index), item) for index, item in enumerate(value)])
