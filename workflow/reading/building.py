"""From what a flattened document says to a Definition: names are resolved, people and values typed, texts completed.

What cannot be resolved becomes a problem and is left out, so that the rest can still be checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workflow.definition import (
    OPENING,
    Approval,
    Become,
    Check,
    Deadline,
    Definition,
    Effects,
    Field,
    FieldType,
    Level,
    OpenChild,
    Promise,
    Reminder,
    State,
    Text,
    Transition,
    Who,
)
from workflow.fields import BUILT_IN_FIELDS
from workflow.people import WhoFaulty, parse_who
from workflow.problems import Instead, Problem
from workflow.reading.answers import ANSWERS, with_answers
from workflow.reading.declared import Said, fields_of, names_of, text_of
from workflow.reading.labels import meant_person
from workflow.reading.nodes import Finding, Node, Path
from workflow.reading.setting import read_set
from workflow.registers import Register
from workflow.roles import Role
from workflow.schedule import LAST_DAY, Schedule

ANYWHERE = "anywhere"
SAME = "same"
NEXT = "next in family"

ENOUGH = 200
"""After so many problems people are no longer looked up: these are to be mended first."""


def build(
    said: Said,
    node: Node,
    roles: Mapping[str, Role],
    departments: Mapping[str, Text],
    others: Mapping[str, Mapping[str, Field]],
    registers: Mapping[str, Register],
) -> tuple[Definition, list[Problem]]:
    """The definition that a document says, without its revision and its place in a family; and what is wrong in it.

    `others` are the fields of every definition by its name: what a child is opened with is typed by them. Of a
    register a schedule tells what the columns are called that it asks about.
    """
    building = _Building(node=node, said=said, roles=roles, departments=departments, others=others, registers=registers)
    return building.definition(), building.problems


@dataclass(slots=True, kw_only=True)
class _Building:
    """The building of one definition."""

    node: Node
    said: Said
    roles: Mapping[str, Role]
    departments: Mapping[str, Text]
    others: Mapping[str, Mapping[str, Field]]
    registers: Mapping[str, Register]
    fields: dict[str, Field] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def definition(self) -> Definition:
        said = self.said
        name = said.get("workflow", "")
        self.fields = fields_of(said)
        return Definition(
            name=name,
            text=text_of(said, name),
            revision="",
            calendar=said.get("calendar", ""),
            accountable=said.get("accountable", ""),
            followers=self._people(said, "followers", ()),
            family=names_of(said, "family"),
            of_group=said.get("scope") == "group",
            fields=self.fields,
            states=(states := {name: self._state(name, one) for name, one in self._block("states")}),
            transitions=with_answers(
                states, {name: self._transition(name, one) for name, one in self._block("transitions")}
            ),
            deadlines={name: self._deadline(name, one) for name, one in self._block("deadlines")},
            reminders={name: self._reminder(name, one) for name, one in self._block("reminders")},
            promises=self._promises(),
            recurring={name: self._schedule(name, one) for name, one in self._block("recurring") if "every" in one},
            document=said.get("document", {}),
            accept=said.get("accept", {}),
            names=self._called(),
            rules=names_of(said, "rules"),
            note=said.get("note", ""),
        )

    def _block(self, key: str) -> Iterable[tuple[str, Said]]:
        parts: dict[str, Said] = self.said.get(key, {})
        return parts.items()

    def _called(self) -> dict[str, Text]:
        return {**self.departments, **{name: role.text for name, role in self.roles.items()}}

    # --- Parts --------------------------------------------------------------------------------------------------

    def _state(self, name: str, said: Said) -> State:
        path = ("states", name)
        return State(
            name=name,
            text=text_of(said, name),
            end=said.get("end", False),
            responsible=self._people(said, "responsible", path),
            approvals=tuple(
                self._approval(one or {}, (*path, "approvals", index))
                for index, one in enumerate(said.get("approvals", ()))
            ),
            granted=said.get("granted"),
            refused=said.get("refused"),
            effects=self._effects(said, path),
            records=names_of(said, "records"),
            guides=names_of(said, "guides"),
            rules=names_of(said, "rules"),
            note=said.get("note", ""),
        )

    def _approval(self, said: Said, path: Path) -> Approval:
        return Approval(
            by=self._people(said, "by", path),
            not_by=self._people(said, "not_by", path),
            condition=said.get("condition"),
            for_each=said.get("for_each"),
            text=Text(said.get("en") or said["zh"], said.get("zh", "")) if "zh" in said or "en" in said else None,
            rules=names_of(said, "rules"),
            note=said.get("note", ""),
        )

    def _transition(self, name: str, said: Said) -> Transition:
        path = ("transitions", name)
        target = said.get("target", SAME)
        return Transition(
            name=name,
            text=text_of(said, name),
            sources=self._states(names_of(said, "sources")),
            target=None if target == SAME else target,
            by=self._people(said, "by", path),
            not_by=self._people(said, "not_by", path),
            fill=names_of(said, "fill"),
            may_fill=names_of(said, "may_fill"),
            need=names_of(said, "need"),
            checks=tuple(_check(one or {}) for one in said.get("checks", ())),
            wait_for=names_of(said, "wait_for"),
            open_children=said.get("open_children", "wait"),
            not_before=said.get("not_before"),
            at_most=said.get("at_most"),
            become=_become(said.get("become")),
            effects=self._effects(said, path),
            rules=names_of(said, "rules"),
            note=said.get("note", ""),
        )

    def _deadline(self, name: str, said: Said) -> Deadline:
        path = ("deadlines", name)
        return Deadline(
            name=name,
            text=text_of(said, name),
            since=names_of(said, "since") or (OPENING,),
            until=names_of(said, "until"),
            within=said.get("within"),
            no_later_than=said.get("no_later_than"),
            replaced_by=said.get("replaced_by"),
            paused_in=frozenset(self._states(names_of(said, "paused_in"))),
            condition=said.get("condition"),
            levels=(*self._levels(said, "soon", path), *self._levels(said, "late", path)),
            rules=names_of(said, "rules"),
            note=said.get("note", ""),
        )

    def _levels(self, said: Said, kind: Literal["soon", "late"], path: Path) -> Iterable[Level]:
        for index, one in enumerate(said.get(kind, ())):
            if one:
                yield Level(
                    kind=kind,
                    index=index,
                    left=one.get("left"),
                    late_by=one.get("late_by"),
                    every=one.get("every"),
                    at=one.get("at"),
                    condition=one.get("condition"),
                    effects=self._effects(one, (*path, kind, index)),
                    rules=names_of(one, "rules"),
                    note=one.get("note", ""),
                )

    def _reminder(self, name: str, said: Said) -> Reminder:
        return Reminder(
            name=name,
            text=text_of(said, name),
            states=frozenset(self._states(names_of(said, "states"))),
            since=names_of(said, "since") or (OPENING,),
            after=said.get("after"),
            every=said.get("every"),
            at=said.get("at"),
            condition=said.get("condition"),
            effects=self._effects(said, ("reminders", name)),
            rules=names_of(said, "rules"),
            note=said.get("note", ""),
        )

    def _promises(self) -> tuple[Promise, ...]:
        return tuple(
            Promise(
                kind=kind,
                within=one[kind],
                states=self._states(names_of(one, "states") or (ANYWHERE,)),
                accept=one.get("accept", {}),
                rules=names_of(one, "rules"),
            )
            for one in self.said.get("promises", ())
            for kind in _PROMISES
            if one and kind in one
        )

    def _schedule(self, name: str, said: Said) -> Schedule:
        """A schedule sets what people type into the opening form: beside the fields, the built-in ones."""
        form = {**self.fields, **BUILT_IN_FIELDS}
        values, findings = read_set(said.get("set", {}), form, self.roles, self.departments)
        for key, finding in findings:
            if not self._unread(key):
                self.problems.append(self.node.problem(finding, ("recurring", name, "set", key)))
        return Schedule(
            name=name,
            text=text_of(said, name),
            every=said["every"],
            for_each=said.get("for_each"),
            condition=said.get("condition"),
            entry=self._entry(said),
            due=said.get("due", None if said["every"] == "shift" else LAST_DAY),
            opens=said.get("opens"),
            set=values,
            rules=names_of(said, "rules"),
            note=said.get("note", ""),
        )

    def _entry(self, said: Said) -> Field | None:
        """The register of a schedule, with the columns that its condition asks about."""
        register = self.registers.get(said.get("for_each", ""))
        if register is None or "condition" not in said:
            return None
        asked = {name.partition(".")[2] for name in said["condition"].names()}
        columns = {name: column for name, column in register.columns.items() if name in asked}
        return Field(name=register.name, text=register.text, type=FieldType.LIST, columns=columns)

    def _effects(self, said: Said, path: Path) -> Effects:
        assigned = self._people({"assign": (said["assign"],)} if "assign" in said else {}, "assign", path)
        say = said.get("say")
        values, findings = read_set(said.get("set", {}), self.fields, self.roles, self.departments)
        for key, finding in findings:
            if self._unread(key):
                continue
            self.problems.append(self.node.problem(finding, (*path, "set", key)))
        return Effects(
            notify=self._people(said, "notify", path),
            say=Text(say.get("en") or say.get("zh", ""), say.get("zh", "")) if say else None,
            set=values,
            assign=assigned[0] if assigned else None,
            open=tuple(self._open(said, path)),
            move=said.get("move"),
            ask_for=said.get("ask_for"),
        )

    def _open(self, said: Said, path: Path) -> Iterable[OpenChild]:
        for index, one in enumerate(said.get("open", ())):
            if not one or "workflow" not in one:
                continue
            fields = self.others.get(one["workflow"], {})
            accepted = {**fields, **BUILT_IN_FIELDS}
            values, findings = read_set(one.get("set", {}), accepted, self.roles, self.departments)
            for key, finding in findings if one["workflow"] in self.others else ():
                self.problems.append(self.node.problem(finding, (*path, "open", index, "set", key)))
            yield OpenChild(
                workflow=one["workflow"], for_each=one.get("for_each"), condition=one.get("condition"), set=values
            )

    # --- Names --------------------------------------------------------------------------------------------------

    def _people(self, said: Said, key: str, path: Path) -> tuple[Who, ...]:
        found = []
        transitions = [*self.said.get("transitions", {}), *self._answers()]
        for index, text in enumerate(said.get(key, ())):
            if text is None or len(self.problems) >= ENOUGH:
                continue
            try:
                found.append(parse_who(text, roles=self.roles, fields=self.fields, transitions=transitions))
            except WhoFaulty as fault:
                if self._unread(text):
                    continue
                of = [name for name, one in self.fields.items() if one.type is FieldType.DEPARTMENT]
                more, more_zh, meant = meant_person(text, self.roles, self.departments, of)
                if fault.meant is not None:
                    more, more_zh, meant = "", "", fault.meant
                mend = Instead(text, meant) if meant else None
                finding = Finding("who", fault.sentence + more, fault.sentence_zh + more_zh, mend=mend)
                self.problems.append(self.node.problem(finding, (*path, key, index)))
        return tuple(found)

    def _answers(self) -> tuple[str, ...]:
        """The transitions that follow from the states."""
        return ANSWERS if any("approvals" in said for _, said in self._block("states")) else ()

    def _unread(self, text: str) -> bool:
        """Whether it names a field that could not be read, so that nothing is to be said of what follows from that."""
        said = self.said.get("fields_", {})
        return any(
            name in said and name not in self.fields for name in (word.partition(".")[0] for word in text.split())
        )

    def _states(self, named: Iterable[str]) -> tuple[str, ...]:
        """The states that are listed; `anywhere` is every open one."""
        found: dict[str, None] = {}
        for name in named:
            if name == ANYWHERE:
                found.update((state, None) for state, said in self._block("states") if not said.get("end"))
            else:
                found[name] = None
        return tuple(found)


_PROMISES: tuple[
    Literal["someone_is_told_within", "never_silent_longer_than", "ended_or_told_within", "paused_at_most"], ...
] = ("someone_is_told_within", "never_silent_longer_than", "ended_or_told_within", "paused_at_most")


def _check(said: Said) -> Check:
    told = "zh" in said or "en" in said
    return Check(
        condition=said.get("condition"),
        need=names_of(said, "need"),
        must=said.get("must"),
        text=Text(said.get("en") or said["zh"], said.get("zh", "")) if told else None,
        rules=names_of(said, "rules"),
    )


def _become(said: Any) -> Become | None:
    if said is None:
        return None
    if isinstance(said, str):
        return Become(next_in_family=True) if said == NEXT else Become(workflow=said)
    named, table = next(iter(said.items()))
    return Become(field=named, table=table)
