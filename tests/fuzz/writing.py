"""Writing: documents made up from the schemas, so that a key belongs where it stands and nothing else needs to fit."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from marshmallow import Schema, fields

from tests.fuzz.mutating import ODD, pieces, written
from workflow.reading.schema import field_parts, files
from workflow.reading.schema.shapes import Named, Several, Value
from workflow.reading.source import read

_BUILT_IN = (
    "actor|anyone|anywhere|assignee|accountable|clock|due|end of day|last move|new|opened|place|priority|receiver|"
    "requester|responsible|round|same|site"
)
BUILT_IN = _BUILT_IN.split("|")

Harvest = Mapping[str, list[Any]]


def harvest(texts: list[str]) -> Harvest:
    """What stands under each key anywhere in these texts."""
    found: dict[str, list[Any]] = {}
    for text in texts:
        for node in read(text, "file.yaml")[0]:
            for _, step, inside in pieces(node.data()):
                if isinstance(step, str) and inside is not None:
                    found.setdefault(step, []).append(inside)
    return found


class Author:
    """Who makes up a file: with few names, so that they meet."""

    def __init__(self, random: Random, harvested: Harvest) -> None:
        self.random = random
        self.harvested = harvested
        self.names = [
            *random.sample("abcdefgh", 4),
            *random.sample(BUILT_IN, 4),
            "desk",
            "manager",
            "mall",
            "lost-item",
        ]

    def file(self) -> str:
        """One document, sometimes several."""
        kinds = self.random.choices([*files.KINDS, "workflow"], k=self.random.choice((1, 1, 1, 2, 3)))
        return "\n---\n".join(
            written(self._map(files.KINDS[kind](), depth=0) | self._given_name(kind)) for kind in kinds
        )

    def _given_name(self, kind: str) -> dict[str, Any]:
        return {} if kind == "roles" or self.random.random() < 0.1 else {kind: self.random.choice("abcdefgh")}

    def _map(self, part: Schema, depth: int) -> dict[str, Any]:
        said: dict[str, Any] = {}
        wanted = self.random.choice((0.15, 0.3, 0.6))
        for name, one in part.fields.items():
            if self.random.random() < (0.95 if one.required else wanted):
                key = one.data_key or name
                said[key] = self._value(key, one, depth + 1)
        return said

    def _value(self, key: str, one: fields.Field[Any], depth: int) -> Any:
        random = self.random
        known = self.harvested.get(key, [])
        if random.random() < 0.03:
            return random.choice((*ODD, None, [], {}, 0, True))
        if depth > 8:
            return random.choice(self.names)
        if isinstance(one, fields.Nested):
            return self._map(one.schema, depth)
        if isinstance(one, Several):
            return [self._value(key, one.inner, depth + 1) for _ in range(random.choice((1, 1, 2, 3)))]
        if isinstance(one, Named):
            keys = random.sample(self.names, random.choice((1, 2, 3, 5)))
            return {name: self._value(key, one.inner, depth + 1) for name in keys}
        if isinstance(one, field_parts.FieldPart):
            kind = random.choice([*field_parts.FIELD_PARTS, "person", "department", "register", "file", "yes_no"])
            part = field_parts.FIELD_PARTS.get(kind, field_parts.AnyField)
            return self._map(part(), depth) | {"type": kind}
        if isinstance(one, Value) and getattr(one.reader, "__name__", "") in ("word", "part_name", "file_name"):
            return random.choice(self.names)
        if known and random.random() < 0.9:
            return random.choice(known)
        return random.choice((*self.names, *ODD))
