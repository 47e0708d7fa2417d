"""Coverage: which transitions and timers of a definition scenarios have taken, and which there are.

A family counts as one: what a class has exactly as the head of its family has it is the head's, wherever it happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from workflow.definition import NEW, Definition
from workflow.entry import Entry


class Part(NamedTuple):
    """A transition, a level of a deadline, or a reminder of a definition."""

    workflow: str
    kind: Literal["transition", "level", "reminder"]
    name: str
    level: str = ""

    @property
    def called(self) -> str:
        """As a scenario says it: `pick_up soon 1`."""
        return f"{self.name} {self.level}" if self.level else self.name


def part_of(entry: Entry, before: str) -> Part | None:
    """What of the definition `before` an entry has taken; None for an entry that takes nothing."""
    if entry.kind == "move":
        return Part(before, "transition", entry.name)
    if entry.kind == "level" and entry.timer is not None:
        return Part(before, "level", entry.name, entry.timer.level)
    return Part(before, "reminder", entry.name) if entry.kind == "reminder" else None


def parts_of(definition: Definition) -> Iterator[Part]:
    """Every transition and timer of a definition, in the order of the file."""
    name = definition.name
    yield from (Part(name, "transition", one) for one in definition.transitions)
    for deadline in definition.deadlines.values():
        yield from (Part(name, "level", deadline.name, level.name) for level in deadline.levels)
    yield from (Part(name, "reminder", one) for one in definition.reminders)


def counted_as(part: Part, known: Mapping[str, Definition]) -> Part:
    """The part that it counts as: the head's, for what a class has exactly as its head has it."""
    definition = known[part.workflow]
    head = known.get(definition.head or "")
    if head is None:
        return part
    same = {
        "transition": definition.transitions.get(part.name) == head.transitions.get(part.name),
        "level": definition.deadlines.get(part.name) == head.deadlines.get(part.name),
        "reminder": definition.reminders.get(part.name) == head.reminders.get(part.name),
    }
    return part._replace(workflow=head.name) if same[part.kind] else part


def to_cover(definition: Definition, known: Mapping[str, Definition]) -> tuple[Part, ...]:
    """All that scenarios of a workflow can take: of its own, and of the classes of its family."""
    classes = (definition, *(known[name] for name in definition.family if name != definition.name))
    found: dict[Part, None] = {}
    for one in classes:
        for part in parts_of(one):
            if one.head is not None and part.kind == "transition" and one.transitions[part.name].sources == (NEW,):
                continue  # a class is never opened
            found[counted_as(part, known)] = None
    return tuple(found)


class Covered(NamedTuple):
    """How far the scenarios of a workflow go: all parts of one kind, and those that none of them takes."""

    workflow: str
    parts: tuple[Part, ...]
    missing: tuple[Part, ...]


def covered(definition: Definition, known: Mapping[str, Definition], taken: Iterable[Part]) -> Covered:
    """How far these parts cover a workflow."""
    counted = {counted_as(part, known) for part in taken if part.workflow in known}
    parts: Sequence[Part] = to_cover(definition, known)
    return Covered(definition.name, tuple(parts), tuple(part for part in parts if part not in counted))
