"""Taking away: each part of the shipped definitions that carries out a rule, and what the house is without it.

A definition is looked at with all that it extends in it, so that a part that a parent or a base says is taken away
wherever it is inherited. What others name stays and does nothing any more: a transition is never possible, a field is
never asked for, an approval never applies. So whatever is left still runs.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from tests.definitions.shipped import naming_values, shipped_files
from tests.fuzz.mutating import written
from workflow.catalogue import Catalogue
from workflow.compiling import compile_published
from workflow.problems import Position
from workflow.reading import inheritance, schema, source
from workflow.reading.nodes import Node

Data = dict[str, Any]
Path = tuple[str | int, ...]
Change = Callable[[Data], object]
"""Takes something away from a definition in place; False if there is nothing in it to take away."""

Kind = Literal["removed", "entered", "promised", "opened"]

NEVER = "title is filled and not title is filled"
NOTHING = {"set": {"priority": "normal"}}
"""An effect that tells nobody and changes nothing, where there must be one."""

EFFECTS = ("notify", "say", "set", "assign", "open", "move", "ask_for")
MEANING = ("is", "follows", "same", "confidential")
"""What a field does beside being asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part that carries out rules: where it is written, and where it stands in each definition that has it."""

    position: Position
    rules: tuple[str, ...]
    paths: Mapping[str, Path] = field(compare=False)

    @property
    def workflow(self) -> str:
        """The definition in which it is written, or the first that extends its base."""
        written_here = (name for name in self.paths if flat()[name].position.path == self.position.path)
        return next(written_here, next(iter(self.paths)))

    @property
    def path(self) -> Path:
        return self.paths[self.workflow]

    @property
    def called(self) -> str:
        """As a person would look for it: `deadlines pick_up late 2`."""
        return " ".join(str(step + 1 if isinstance(step, int) else step) for step in self.path) or "the whole file"


@cache
def flat() -> Mapping[str, Node]:
    """The shipped definitions by name, with what they extend in them."""
    known: dict[str, Node] = {}
    for path, text in shipped_files().items():
        for node in source.read(text, path)[0]:
            if (kind := schema.kind_of(node)[0]) in ("workflow", "base"):
                known[str(node.parts[kind].value)] = node
    return {name: node for name, node in inheritance.flatten(known)[0].items() if "workflow" in known[name].parts}


@cache
def _surroundings() -> Mapping[str, str]:
    """The files of the house beside the definitions: roles, calendars, registers."""
    return {
        path: text
        for path, text in shipped_files().items()
        if {schema.kind_of(node)[0] for node in source.read(text, path)[0]} <= {"calendar", "roles", "register"}
    }


@cache
def parts() -> tuple[Part, ...]:
    """Every part that carries out a rule, once, in the order in which they are written."""
    found: dict[Position, dict[str, Path]] = {}
    rules: dict[Position, tuple[str, ...]] = {}
    for name, node in flat().items():
        for path, inside in node.walk():
            if path[-1:] == ("rules",) and inside.key is not None and path[:1] != ("set",):
                found.setdefault(inside.key, {})[name] = path[:-1]
                rules[inside.key] = _words(inside)
    return tuple(
        Part(position=place, rules=rules[place], paths=paths)
        for place, paths in sorted(found.items(), key=lambda one: one[0])
    )


def _words(node: Node) -> tuple[str, ...]:
    said = node.data()
    return tuple(map(str, said)) if isinstance(said, list) else (str(said),)


def family_of(workflow: str) -> tuple[str, ...]:
    """The definition, and if it heads a family its classes."""
    said = flat()[workflow].parts.get("family")
    return (workflow, *(_words(said) if said is not None else ()))


def opened_as(workflow: str) -> str:
    """The definition as which tickets of this one are opened."""
    return next((head for head in flat() if workflow in family_of(head)[1:]), workflow)


def taken_away(part: Part) -> tuple[Kind, Mapping[str, Data] | None]:
    """The definitions without the part, and which kind of evidence that asks for; None where nothing can be gone."""
    changed: dict[str, Data] = {}
    kind: Kind = "removed"
    for name, path in part.paths.items():
        document = copy.deepcopy(_document(name))
        kind, change = _change(path)
        if change is None:
            return kind, None
        if change(document) is False:
            return "entered", None
        changed[name] = document
    return kind, changed


def house(asked: str, changed: Mapping[str, Data]) -> Catalogue:
    """What a definition can run with, as far as it names others, with these in the place of the shipped ones."""
    files = {f"{name}.yaml": written(changed[name]) if name in changed else _text(name) for name in closure(asked)}
    return compile_published({**_surroundings(), **files})


@cache
def closure(asked: str) -> frozenset[str]:
    """The definitions that a definition can run with: those that it names, and those that they name in turn."""
    found: set[str] = set()
    waiting = [asked]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _named_by(name)
    return frozenset(found)


@cache
def _named_by(name: str) -> frozenset[str]:
    return frozenset(naming_values(flat()[name])) & flat().keys()


@cache
def _text(name: str) -> str:
    return written(_document(name))


@cache
def _document(name: str) -> Data:
    said = {**flat()[name].parts}
    said.pop("extends", None)
    return {key: inside.data() for key, inside in said.items()}


# --- What is done to a part -------------------------------------------------------------------------------------------


def _change(path: Path) -> tuple[Kind, Change | None]:
    """How a part is taken away, and which evidence is asked for; None where nothing can be taken away."""
    match path:
        case ():
            return "opened", None
        case ("promises", *_):
            return "promised", None
        case ("transitions", str(name)):
            return "removed", lambda document: _impossible(document["transitions"][name])
        case ("states", str(name)):
            return "removed", lambda document: _hollow_state(document["states"][name])
        case ("states", str(name), "approvals", *at):
            return "removed", lambda document: _without_step(document["states"][name], _index(at))
        case ("fields", str(name)):
            return "removed", lambda document: _without_field(document, name)
        case ("fields", str(name), "of", str(column)):
            return "removed", lambda document: _without_column(document, name, column)
        case ("transitions", str(name), "checks" as key, *at):
            return "removed", lambda document: _without(document["transitions"][name], key, _index(at))
        case ("deadlines", str(name), "soon" as key, *at):
            return "removed", lambda document: _without(document["deadlines"][name], key, _index(at))
        case ("deadlines", str(name), "late" as key, *at):
            return "removed", lambda document: _without(document["deadlines"][name], key, _index(at), NOTHING)
        case ("deadlines" | "reminders" | "recurring" as block, str(name)):
            return "removed", lambda document: _without_part(document, block, name)
    raise AssertionError(f"a rule is carried out by {path}, and nothing here says how to take that away")


def _index(at: list[str | int]) -> int:
    return int(at[0]) if at else 0


def _impossible(part: Data) -> None:
    part["checks"] = [*_listed(part.get("checks")), {"must": NEVER, "en": "taken away"}]


def _hollow_state(part: Data) -> object:
    """Without what happens in it; False where nothing does."""
    gone = [part.pop(key) for key in (*EFFECTS, "responsible") if key in part]
    for step in _listed(part.get("approvals")):
        gone.append(step)
        step["if"] = NEVER
    return bool(gone)


def _without_step(part: Data, index: int) -> None:
    steps = part["approvals"] = _listed(part["approvals"])
    if len(steps) == 1:
        steps[0]["if"] = NEVER
    else:
        del steps[index]


def _without(part: Data, key: str, index: int, instead: Data | None = None) -> None:
    entries = part[key] = _listed(part[key])
    del entries[index]
    if not entries and instead is not None:
        entries.append(copy.deepcopy(instead))
    elif not entries:
        del part[key]


def _without_part(document: Data, block: str, name: str) -> None:
    del document[block][name]
    if not document[block]:
        del document[block]


def _without_field(document: Data, name: str) -> None:
    """Without what it does by itself; a field that does nothing is no longer asked for, nor set."""
    part = document["fields"][name]
    if not [part.pop(key) for key in MEANING if key in part]:
        _unasked(document, name)


def _without_column(document: Data, name: str, column: str) -> None:
    columns = document["fields"][name]["of"]
    if not [columns[column].pop(key) for key in MEANING if key in columns[column]]:
        _unasked(document, f"{name}.{column}")
        if len(columns) > 1:
            del columns[column]


def _unasked(document: Data, name: str) -> None:
    for part in document.get("transitions", {}).values():
        for place in (part, *_listed(part.get("checks"))):
            for key in ("fill", "may_fill", "need"):
                _unnamed(place, key, name)
        part["checks"] = [one for one in _listed(part.get("checks")) if "need" in one or "must" in one]
        if not part["checks"]:
            del part["checks"]
    for effects in _effects(document):
        effects.get("set", {}).pop(name, None)
        if effects.get("set") == {}:
            del effects["set"]
            effects |= {} if any(key in effects for key in EFFECTS) else NOTHING


def _unnamed(part: Data, key: str, name: str) -> None:
    if key in part:
        part[key] = [one for one in _listed(part[key]) if one != name and not str(one).startswith(f"{name}.")]
        if not part[key]:
            del part[key]


def _effects(document: Data) -> Iterator[Data]:
    for block in ("states", "transitions", "reminders"):
        yield from document.get(block, {}).values()
    for deadline in document.get("deadlines", {}).values():
        for kind in ("soon", "late"):
            yield from _listed(deadline.get(kind))


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
