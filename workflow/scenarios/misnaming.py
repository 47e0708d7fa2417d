"""Misnaming: words of a scenario that name nothing there is, each with the one that is probably meant.

A state that the ticket is not in, or a limit that is not running, is a difference and no misnaming.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from workflow import names
from workflow.blockers import CODES
from workflow.definition import TYPED_BUILT_INS, Definition
from workflow.kinds import BUILT_INS
from workflow.scenario import Do, Expect, Open, Scenario, Step, Told
from workflow.scenarios.expecting import Mismatch
from workflow.scenarios.fitting import NotFitting, unknown
from workflow.scenarios.play import NOT_MEANT, Play
from workflow.typed import field_of

UNKNOWN = "unknown_name"
"""What a mismatch is called that is about a word."""

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Misnamed:
    """A word that names nothing: the keys that lead to it and the word itself, in the part that says it."""

    part: Scenario | Step | Told
    path: Path
    fault: NotFitting

    @property
    def mismatch(self) -> Mismatch:
        return unfit(self.fault, self.part, self.path)


def unfit(fault: NotFitting, part: Scenario | Step | Told, path: Path | None = None) -> Mismatch:
    """What is said of a part that does not fit: at the word that is at fault, where it is written as it is."""
    if path is None:
        path = next((each for each in part.places if each[-1] == fault.name), ())
    word = part.places.get(path)
    return Mismatch(
        position=word or part.places.get(path[:1]) or part.position,
        what="step" if fault.name is None else UNKNOWN,
        text=fault.text,
        replacement=fault.mend.at(word) if fault.mend is not None and word is not None else None,
    )


def misnamed(step: Step, play: Play) -> Iterator[Misnamed]:
    """The words of a step that name nothing; which child is meant is asked only when the step is taken."""
    words = _Words.of(step.ticket, play)
    if words is None:
        return
    if isinstance(step, Do):
        yield from _in_do(step, words, play)
    elif isinstance(step, Open):
        yield from _codes(step, words)
    elif isinstance(step, Expect):
        yield from _in_expect(step, words, play)


def misnamed_roles(play: Play) -> Iterator[Misnamed]:
    """The roles of the people that are given, which there are not."""
    scenario = play.scenario
    for name, roles in scenario.given.people.items():
        for role in roles:
            yield from _unless(role, (play.stage.holders,), "role", "角色", scenario, ("given", "people", name))


def without(expect: Expect, wrong: Collection[Misnamed], play: Play) -> Expect:
    """What of an expectation can be compared although these words of it name nothing.

    What was told counts as asked about all the same.
    """
    keys = {"told" if isinstance(one.part, Told) else one.path[0] for one in wrong}
    if "told" in keys:
        play.told = []
    named = {one.path[1] for one in wrong if one.path[0] in ("allowed", "fields", "hidden")}
    whole: dict[str, Any] = dict.fromkeys(
        keys & {"state", "workflow", "due", "late", "told", "assignee", "children"}, None
    )
    return replace(
        expect,
        allowed={who: moves for who, moves in expect.allowed.items() if who not in named},
        fields={name: value for name, value in expect.fields.items() if name not in named},
        hidden={who: fields for who, fields in expect.hidden.items() if who not in named},
        **whole,
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """What can be named of a ticket: all that its definition has, or another class of its family, or its children."""

    classes: tuple[Definition, ...]
    children: Mapping[str, Definition]

    @classmethod
    def of(cls, ticket: str | None, play: Play) -> _Words | None:
        """Those of the ticket itself, or of a child by what it is called; None if none is ever opened of that name."""
        openable = play.facts.openable
        children = {name: one.definition for name, one in openable.items()}
        if ticket is None:
            return cls((play.definition, *play.facts.family.values()), children)
        name, _, number = ticket.rpartition(" ")
        one = openable.get(name if number.isdecimal() else ticket)
        return None if one is None else cls((one.definition, *one.family.values()), children)

    def states(self) -> Iterable[Collection[str]]:
        return (one.states for one in self.classes)

    def transitions(self) -> Iterable[Collection[str]]:
        return (one.transitions for one in self.classes)

    def deadlines(self) -> Iterable[Collection[str]]:
        return (one.deadlines for one in self.classes)

    def fields(self, built_in: Collection[str]) -> Iterable[Collection[str]]:
        return (*(one.fields for one in self.classes), built_in)

    def columns(self) -> Iterable[Collection[str]]:
        """The columns of lists, as `list.column`."""
        fields = (field for one in self.classes for field in one.fields.values())
        return ([f"{field.name}.{column}" for column in field.columns] for field in fields if field.columns)

    def texts(self) -> Iterator[str]:
        """What the checks of transitions say."""
        for one in self.classes:
            for transition in one.transitions.values():
                for text in (check.text for check in transition.checks if check.text is not None):
                    yield from (text.en, text.read("zh"))

    def fills(self, name: str) -> bool:
        """Whether a move may fill a field of this name, perhaps one of a child that it opens."""
        workflow, dot, of_child = name.partition(".")
        child = self.children.get(workflow) if dot else None
        return any(field_of(name, one) for one in self.classes) or (
            child is not None and field_of(of_child, child) is not None
        )

    def told_about(self) -> Iterator[Collection[str]]:
        """All that people can be told about."""
        yield from self.transitions()
        yield from self.states()
        for one in self.classes:
            yield one.reminders
            for deadline in one.deadlines.values():
                yield [f"{deadline.name} {level.name}" for level in deadline.levels]
            yield [f"{name} refused" for name in one.transitions]


def _in_do(step: Do, words: _Words, play: Play) -> Iterator[Misnamed]:
    if "unknown_transition" not in step.refused:
        yield from _unless(step.transition, words.transitions(), "transition", "流转", step, ("do",))
    yield from _actor(step.by, step, ("by",), play)
    for name in () if step.refused else step.fill:
        if not words.fills(name):
            yield from _unless(name, words.fields(TYPED_BUILT_INS), "field", "字段", step, ("fill",))
    yield from _codes(step, words)


def _codes(step: Do | Open, words: _Words) -> Iterator[Misnamed]:
    for word in step.refused:
        if names.is_part_name(word) and word not in (*CODES, NOT_MEANT) and word not in words.texts():
            yield from _unless(
                word, (sorted({*CODES, NOT_MEANT}),), "code of a refusal", "拒绝代码", step, ("refused",)
            )


def _in_expect(step: Expect, words: _Words, play: Play) -> Iterator[Misnamed]:
    if step.state is not None:
        yield from _unless(step.state, words.states(), "state", "状态", step, ("state",))
    if step.workflow is not None:
        known = ([one.name for one in words.classes], play.stage.catalogue.definitions)
        yield from _unless(step.workflow, known, "workflow", "流程", step, ("workflow",))
    for key, deadlines in (("due", step.due or ()), ("late", step.late or ())):
        for name in deadlines:
            yield from _unless(name, words.deadlines(), "deadline", "时限", step, (key,))
    for told in step.told or ():
        yield from _in_told(told, play)
    for who, moves in step.allowed.items():
        yield from _actor(who, step, ("allowed",), play)
        for name in moves:
            yield from _unless(name, words.transitions(), "transition", "流转", step, ("allowed", who))
    for who, hidden in step.hidden.items():
        yield from _actor(who, step, ("hidden",), play)
        for name in hidden:
            yield from _unless(name, (*words.fields(()), *words.columns()), "field", "字段", step, ("hidden", who))
    for key, fields in (("fields", step.fields), ("empty", step.empty)):
        for name in fields:
            yield from _unless(name, words.fields(BUILT_INS.keys()), "field", "字段", step, (key,))
    if step.assignee:
        yield from _person(step.assignee, step, ("assignee",), play)
    for name in step.children or ():
        opened = (words.children, play.stage.catalogue.definitions)
        yield from _unless(name, opened, "workflow", "流程", step, ("children",))


def _in_told(told: Told, play: Play) -> Iterator[Misnamed]:
    for who in told.who:
        yield from _person(who, told, ("who",), play)
    words = _Words.of(told.ticket, play)
    if words is None:
        yield from _unless(str(told.ticket), (play.children,), "child", "子工单", told, ("ticket",))
        return
    if told.about is not None and not _of_child(told.about, words):
        known = (*words.told_about(), [line.about for line in play.lines])
        yield from _unless(told.about, known, "notice about", "通知", told, ("about",))
    if told.ask_for is not None:
        yield from _unless(told.ask_for, words.transitions(), "transition", "流转", told, ("ask_for",))


def _of_child(about: str, words: _Words) -> bool:
    """Whether it is that a child has ended: `corrective-action 1 ended`."""
    ended = about.removesuffix(" ended")
    return ended != about and (ended in words.children or ended.rpartition(" ")[0] in words.children)


def _actor(name: str, step: Step, path: Path, play: Play) -> Iterator[Misnamed]:
    try:
        play.stage.actor(name, play.scenario)
    except NotFitting as fault:
        yield Misnamed(part=step, path=(*path, name), fault=fault)


def _person(name: str, part: Step | Told, path: Path, play: Play) -> Iterator[Misnamed]:
    known = (play.scenario.given.people, play.stage.holders, play.facts.people)
    yield from _unless(name, known, "person or role", "人员或角色", part, path)


def _unless(
    name: str, known: Iterable[Collection[str]], what: str, what_zh: str, part: Scenario | Step | Told, path: Path
) -> Iterator[Misnamed]:
    """That there is nothing of that name, unless it is in one of the collections that are known."""
    those = [*known]
    if not any(name in each for each in those):
        fault = unknown(what, what_zh, name, chain.from_iterable(those))
        yield Misnamed(part=part, path=(*path, name), fault=fault)
