"""A definition laid flat: everything that holds in it, where each value is written, and what holds by default."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import fields

from workflow.problems import Position
from workflow.reading import inheritance, source
from workflow.reading.nodes import Node
from workflow.reading.schema.field_parts import FIELD_PARTS, AnyField, FieldPart
from workflow.reading.schema.files import DefinitionFile
from workflow.reading.schema.meanings import meaning_of
from workflow.reading.schema.parts import Part, reader_of
from workflow.reading.schema.shapes import Either, Named, Several

_TO_QUOTE = re.compile(r"""\A[\d.:-]+\Z|\A["'\[{}&*!|>%@`#-]|: | #|\A(true|false)\Z""")


ORDER = tuple(dict.fromkeys(("workflow", "zh", "en", *reader_of(DefinitionFile).keys())))
"""The keys of a definition as they are told, whichever file they come from."""


UNTOLD = frozenset(
    {"assign", "at_most", "become", "confidential", "en", "end", "follows", "followers", "if", "is", "not_by"}
)
"""Keys that most parts do without: nothing happens then that one would not expect, so no default is told of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One key of a definition laid flat, or one entry of a list of parts.

    path        the keys that lead to it; an entry of a list by its number, from 0
    value       what is written, as one line; empty where other lines stand inside; of a default, its words
    origin      where it is written; None for a default
    inherited   written in a parent
    """

    path: tuple[str | int, ...]
    value: str
    value_zh: str
    origin: Position | None
    inherited: bool

    @property
    def default(self) -> bool:
        return self.origin is None


@dataclass(frozen=True, slots=True)
class Flat:
    """A definition laid flat; `removed` are the paths that it or a parent has taken away, and where."""

    lines: tuple[Line, ...]
    removed: tuple[tuple[tuple[str, ...], Position], ...]


def lay_flat(name: str, files: Mapping[str, str | bytes]) -> Flat:
    """The definition `name` of these files, with all that it inherits."""
    documents: dict[str, Node] = {}
    for path in sorted(files):
        for node in source.read(files[path], path)[0]:
            named = node.parts.get("workflow") or node.parts.get("base")
            if named is not None:
                documents.setdefault(str(named.value), node)
    whole = inheritance.flatten(documents)[0][name]
    own = {place for _, node in documents[name].walk() for place in (node.position, node.key)}
    lines = tuple(
        replace(line, inherited=line.origin is not None and line.origin not in own)
        for line in _of_part(DefinitionFile, whole, ())
    )
    opens = any(line.path[-1] == "open" for line in lines)
    told = (line for line in lines if opens or line.path[-1] != "open_children")
    return Flat(tuple(told), tuple(_removed(_chain(name, documents))))


def _chain(name: str, documents: Mapping[str, Node]) -> Iterator[Node]:
    while name in documents:
        yield documents[name]
        above = documents[name].parts.get("extends")
        name = str(above.value) if above is not None else ""


def _removed(chain: Iterable[Node]) -> Iterator[tuple[tuple[str, ...], Position]]:
    for document in chain:
        for path, node in document.walk():
            if node.value == inheritance.REMOVED and len(path) <= 3:
                yield tuple(map(str, path)), node.position


def _of_part(part: type[Part], node: Node, path: tuple[str | int, ...]) -> Iterator[Line]:
    known = {field.data_key or name: field for name, field in reader_of(part).fields.items()}
    written = sorted(node.parts, key=ORDER.index) if not path else node.parts
    for key in written:
        yield from _of_value(known.get(key), node.parts[key], (*path, key))
    for key in known:
        meaning = meaning_of(part, key)
        if key not in node.parts and key not in UNTOLD and meaning is not None and meaning.default:
            yield Line((*path, key), meaning.default.strip("`"), meaning.default_zh.replace("`", ""), None, False)


def _of_value(field: fields.Field[Any] | None, node: Node, path: tuple[str | int, ...]) -> Iterator[Line]:
    text = _as_line(node)
    if text is not None:
        yield Line(path, text, text, node.position, False)
        return
    yield Line(path, "", "", node.key or node.position, False)
    if isinstance(node.value, tuple):
        for index, item in enumerate(node.value):
            yield from _of_value(field.inner if isinstance(field, Several) else field, item, (*path, index))
    elif (part := _part_of(field, node)) is not None:
        yield from _of_part(part, node, path)
    else:
        inner = _inner(field)
        for key, inside in node.parts.items():
            yield from _of_value(inner, inside, (*path, key))


def _part_of(field: fields.Field[Any] | None, node: Node) -> type[Part] | None:
    """The part that a map is; None for a map of names."""
    if isinstance(field, Several):
        return _part_of(field.inner, node)
    if isinstance(field, Either):
        return next((part for shape in field.shapes() if (part := _part_of(shape, node)) is not None), None)
    if isinstance(field, FieldPart):
        kind = node.parts.get("type")
        return FIELD_PARTS.get(str(kind.value) if kind else "", AnyField)
    return type(field.schema) if isinstance(field, fields.Nested) else None  # type: ignore[return-value]


def _inner(field: fields.Field[Any] | None) -> fields.Field[Any] | None:
    """What the values of a map of names are."""
    if isinstance(field, Either):
        return next((inner for shape in field.shapes() if (inner := _inner(shape)) is not None), None)
    return field.inner if isinstance(field, Named) else None


def _as_line(node: Node) -> str | None:
    """A single value, or a list of such, in one line; None for whatever has lines inside."""
    if isinstance(node.value, tuple):
        items = [_as_line(item) if not isinstance(item.value, tuple | Mapping) else None for item in node.value]
        return None if None in items else f"[{', '.join(map(str, items))}]"
    if isinstance(node.value, Mapping):
        return None
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    text = " ".join(str(node.value).split())
    if isinstance(node.value, str) and _TO_QUOTE.search(text):
        return json.dumps(text, ensure_ascii=False)
    return text
