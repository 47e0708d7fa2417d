"""A definition that is being checked: its value, its source, and what stands beside it in the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass, field
from typing import Any, TypeVar

from workflow.calendar import Calendar
from workflow.conditions import Condition
from workflow.definition import Definition, Effects, Field, Moment, Text
from workflow.problems import Instead, Replacement, Severity
from workflow.procedure_book import ProcedureBook
from workflow.reading.nodes import Added, Finding, Node, Path
from workflow.registers import Register
from workflow.roles import Role

T = TypeVar("T")

Found = Iterator[tuple[Path, Finding]]
"""What a check yields: findings, each with the path of what is at fault."""

Check = Callable[["Draft"], Found]


def fault(
    path: Path,
    check: str,
    text: str,
    text_zh: str,
    column: int | None = None,
    *,
    of_key: bool = False,
    severity: Severity = "error",
    mend: Instead | Added | Replacement | None = None,
) -> tuple[Path, Finding]:
    """What is wrong at a path: one sentence in English and in Chinese, and what mends it."""
    return path, Finding(check, text, text_zh, column, of_key, severity, mend)


def no_shifts(calendar: str) -> tuple[str, str]:
    """What is said where a calendar lacks the shifts that something counts on."""
    return (
        f'the calendar {calendar} has no shifts; add for example shifts: {{day: "08:00-20:00", night: "20:00-08:00"}}',
        f'日历 {calendar} 没有班次；请在其中加上例如 shifts: {{早班: "08:00-20:00", 晚班: "20:00-08:00"}}',
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One definition with everything that its names may mean."""

    definition: Definition
    node: Node
    definitions: Mapping[str, Definition]
    roles: Mapping[str, Role]
    departments: Mapping[str, Text]
    calendars: frozenset[str]
    registers: Mapping[str, Register]
    times: Mapping[str, Calendar] = field(default_factory=dict)
    """The calendars by name, as far as they could be built."""
    book: ProcedureBook = field(default_factory=ProcedureBook)
    known: dict[object, Any] = field(default_factory=dict, compare=False)
    """What has been worked out already; drafts that are checked together share it."""

    def once(self, key: object, work: Callable[[], T]) -> T:
        """What `work` gives, worked out once for all drafts that ask with this key."""
        if key not in self.known:
            self.known[key] = work()
        found: T = self.known[key]
        return found

    def family(self) -> tuple[Definition, ...]:
        """The head and its members, lightest first; the definition alone if it has no family."""
        head = self.definitions.get(self.definition.head or "", self.definition)
        members = (self.definitions[name] for name in head.family if name in self.definitions)
        return (head, *members) if head.family else (self.definition,)

    def named(self, block: str) -> tuple[str, ...]:
        """The names in a block as it is written, also of parts that could not be read."""
        return tuple(self.node.parts[block].parts) if block in self.node.parts else ()

    def moves(self) -> tuple[str, ...]:
        """The transitions that are written, also those that could not be read, and the answers of approvers."""
        answers = (move.name for move in self.definition.transitions.values() if move.answer)
        return tuple(dict.fromkeys((*self.named("transitions"), *answers)))

    def unread(self) -> frozenset[str]:
        """The fields that are written and could not be read: nothing is to be said of what follows from that."""
        return frozenset(self.named("fields")) - self.definition.fields.keys()

    def item(self, path: Path, name: str) -> Path:
        """The path of the entry `name` in the list at a path, or of the list where it is not written out."""
        node = self.node.find(path)
        if node is not None and isinstance(node.value, tuple):
            for index, one in enumerate(node.value):
                if one.value == name:
                    return (*path, index)
        return path

    def typed(self) -> Iterator[tuple[Path, Field]]:
        """All fields and columns with their paths."""
        for one in self.definition.fields.values():
            yield ("fields", one.name), one
            for column in one.columns.values():
                yield ("fields", one.name, "of", column.name), column

    def own(self, node: Node) -> bool:
        """Whether something is written in this definition itself, and not in one that it extends."""
        return node.position.path == self.node.position.path and node.position >= self.node.position

    def with_entry(self, path: Path, lines: tuple[str, ...]) -> Replacement | None:
        """What adds an entry to the map at a path; None if it is written elsewhere."""
        node = self.node.find(path)
        return node.with_entry(lines) if node is not None and self.own(node) else None

    def new_part(self, block: str, lines: tuple[str, ...]) -> Replacement | None:
        """What adds a part to a block, and the block as well where this definition has none."""
        if not lines:
            return None
        node = self.node.parts.get(block)
        if node is not None and self.own(node):
            return node.with_entry(lines)
        for name in ("promises", "deadlines"):
            after = self.node.parts.get(name)
            if after is not None and after.key is not None and self.own(after):
                text = "".join(f"{line}\n" for line in (f"{block}:", *(f"  {line}" for line in lines), ""))
                return Instead("", text).at(after.key)
        return None

    def whole(self, path: Path, read: Sized) -> bool:
        """Whether each item of the list at a path could be read, so that an index leads to the right one."""
        node = self.node.find(path)
        return node is None or len(read) == (len(node.value) if isinstance(node.value, tuple) else 1)

    def effects(self) -> Iterator[tuple[Path, Effects]]:
        """All effects with the path of the part that has them."""
        one = self.definition
        for state in one.states.values():
            yield ("states", state.name), state.effects
        for transition in one.transitions.values():
            yield ("transitions", transition.name), transition.effects
        for deadline in one.deadlines.values():
            for level in deadline.levels:
                yield ("deadlines", deadline.name, level.kind, level.index), level.effects
        for reminder in one.reminders.values():
            yield ("reminders", reminder.name), reminder.effects

    def conditions(self) -> Iterator[tuple[Path, Condition]]:
        """All conditions with their paths."""
        one = self.definition
        found: list[tuple[Path, Condition | None]] = [
            (("states", state.name, "approvals", index, "if"), step.condition)
            for state in one.states.values()
            for index, step in enumerate(state.approvals)
        ]
        for transition in one.transitions.values():
            for index, check in enumerate(transition.checks):
                path: Path = ("transitions", transition.name, "checks", index)
                found += [((*path, "if"), check.condition), ((*path, "must"), check.must)]
        for deadline in one.deadlines.values():
            found.append((("deadlines", deadline.name, "if"), deadline.condition))
            for level in deadline.levels:
                found.append((("deadlines", deadline.name, level.kind, level.index, "if"), level.condition))
        for reminder in one.reminders.values():
            found.append((("reminders", reminder.name, "if"), reminder.condition))
        return ((path, condition) for path, condition in found if condition is not None)

    def moments(self) -> Iterator[tuple[Path, Moment]]:
        """All moments with their paths."""
        one = self.definition
        found: list[tuple[Path, object]] = []
        for path, each in self.typed():
            found += [((*path, "min"), each.min), ((*path, "max"), each.max)]
        for transition in one.transitions.values():
            found.append((("transitions", transition.name, "not_before"), transition.not_before))
        for deadline in one.deadlines.values():
            found.append((("deadlines", deadline.name, "no_later_than"), deadline.no_later_than))
        for path, effects in self.effects():
            found += [((*path, "set", name), value) for name, value in effects.set.items()]
        for schedule in one.recurring.values():
            found += [(("recurring", schedule.name, "set", name), value) for name, value in schedule.set.items()]
        return ((path, moment) for path, moment in found if isinstance(moment, Moment))

    def references(self) -> Iterator[tuple[Path, str]]:
        """All fields that transitions fill or need, with their paths."""
        for transition in self.definition.transitions.values():
            path: Path = ("transitions", transition.name)
            lists: list[tuple[Path, Iterable[str]]] = [
                ((*path, "fill"), transition.fill),
                ((*path, "may_fill"), transition.may_fill),
                ((*path, "need"), transition.need),
            ]
            lists += [((*path, "checks", index, "need"), check.need) for index, check in enumerate(transition.checks)]
            for where, listed in lists:
                for name in listed:
                    yield self.item(where, name), name
