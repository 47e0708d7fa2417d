"""Where rules are carried out: every part of every file that names one, with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from workflow.problems import Position
from workflow.reading import schema, source
from workflow.reading.nodes import Node, Path

Bearer = Literal["workflow", "base", "register"]

_BEARERS: tuple[Bearer, ...] = get_args(Bearer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A part that names a rule: of the `bearer` called `name`, by the keys that lead to it; empty for the whole."""

    position: Position
    bearer: Bearer
    name: str
    path: Path

    @property
    def part(self) -> str:
        """As a person would look for it: `deadlines pick_up late 2`."""
        return " ".join(str(step + 1 if isinstance(step, int) else step) for step in self.path)


def places_of(files: Mapping[str, str | bytes]) -> dict[str, tuple[Place, ...]]:
    """The places of each rule by its id, in the order of the files (path -> text), which are right."""
    found: dict[str, list[Place]] = {}
    for path in sorted(files):
        for node in source.read(files[path], path)[0]:
            kind = schema.kind_of(node)[0]
            for bearer in _BEARERS:
                if kind == bearer:
                    _add(node, bearer, found)
    return {id_: tuple(places) for id_, places in found.items()}


def _add(node: Node, bearer: Bearer, found: dict[str, list[Place]]) -> None:
    name = str(node.parts[bearer].value)
    for path, inside in node.walk():
        if path[-1:] == ("rules",) and not inside.parts:
            for named in inside.value if isinstance(inside.value, tuple) else (inside,):
                place = Place(position=named.position, bearer=bearer, name=name, path=path[:-1])
                found.setdefault(str(named.value), []).append(place)
