"""Whether a condition fits its definition: that its names exist, and that what it compares can be compared.

Built-ins have a kind as fields do. The word after `is` must be a choice of the field, so a misspelt one is a
fault here and not a comparison that is never true.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from workflow import names
from workflow.condition_tree import (
    Compare,
    Filled,
    Is,
    IsOpen,
    Name,
    Node,
    Number,
    Operand,
    Percent,
    Same,
    Total,
    WasMade,
    Yes,
)
from workflow.conditions import Condition
from workflow.definition import PRIORITIES, Field, Text
from workflow.formulas import Formula
from workflow.kinds import BUILT_INS, KINDS, ORDERED, Kind
from workflow.problems import Instead

_Placed = Name | Number | Percent | Total | Yes | Filled | IsOpen | WasMade | Is | Same | Compare


@dataclass(frozen=True, slots=True)
class ConditionFault:
    """One reason why a condition does not fit: its place in the text (characters, from 1), and what would fit."""

    column: int
    sentence: str
    sentence_zh: str
    instead: Instead | None = None


_QUOTED = (
    'what {name} is compared with is quoted: `{name} is "{right}"`, or a field: `{name} is same as {right}`',
    '与 {name} 比较的内容请加引号：`{name} is "{right}"`；与字段比较请写：`{name} is same as {right}`',
)
_DATES = (
    "dates are compared with each other, by `is same as` or < <= > >=",
    "日期之间用 `is same as` 或 < <= > >= 比较",
)

_AFTER_IS = {
    Kind.NUMBER: (
        "{name} is a number, and so must be what follows `is`; two fields are compared by `is same as` or < <= > >=",
        "{name} 是数字，is 后面也应是数字；两个字段用 `is same as` 或 < <= > >= 比较",
    ),
    Kind.TEXT: _QUOTED,
    Kind.PERSON: _QUOTED,
    Kind.DATE: _DATES,
    Kind.DATETIME: _DATES,
    Kind.YES_NO: ("write `{name}` or `not {name}`", "请写 `{name}` 或 `not {name}`"),
    Kind.TICKET: (
        "of a ticket ask `{name} is open` or `{name} is filled`",
        "请写 `{name} is open` 或 `{name} is filled`",
    ),
    Kind.REGISTER: (
        "entries of a register come and go without publishing, so no condition names one; ask `{name} is filled`",
        "名册条目随时增减，条件中不能写某个条目；请写 `{name} is filled`",
    ),
    Kind.FILE: ("of a file ask `{name} is filled`", "请写 `{name} is filled`"),
    Kind.LIST: ("of a list ask `{name} is filled`", "请写 `{name} is filled`"),
}
"""What is said where something else follows `is` than a value of this kind takes."""


_LIKE = (Kind.NUMBER, Kind.DATE, Kind.DATETIME)
"""Where a field after `is` is certainly meant as a field: no text and no person can be called so without quotes."""


def check_condition(
    condition: Condition | Formula,
    fields: Mapping[str, Field],
    transitions: Collection[str],
    *,
    roles: Collection[str] | None = None,
    departments: Collection[str] | None = None,
    timed_due: bool = False,
    built_ins: Mapping[str, Kind] = BUILT_INS,
) -> list[ConditionFault]:
    """Every fault of the condition, in the order of its text; without `roles` or `departments` any name is one.

    `timed_due` says that `due` is a date with a time here; `built_ins` are those that it may ask about. What `total( )`
    names stands in other definitions and is not looked at.
    """
    scope = _Scope(fields, transitions, roles, departments, Kind.DATETIME if timed_due else Kind.DATE, built_ins)
    faults = [fault for part in condition.parts() for fault in scope.faults(part)]
    return sorted(faults, key=lambda fault: fault.column)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What the names of a condition may mean."""

    fields: Mapping[str, Field]
    transitions: Collection[str]
    roles: Collection[str] | None
    departments: Collection[str] | None
    due: Kind
    built_ins: Mapping[str, Kind]

    def kind(self, name: str) -> Kind | None:
        if name in self.fields:
            return KINDS[self.fields[name].type]
        if name == "due" and name in self.built_ins:
            return self.due
        return self.built_ins.get(name)

    def kind_of(self, operand: Operand) -> Kind | None:
        """None if that is already a fault of its own."""
        return self.kind(operand.name) if isinstance(operand, Name) else Kind.NUMBER

    def faults(self, part: Node | Operand) -> Iterator[ConditionFault]:
        """The faults of one node, those of what is inside it left out."""
        match part:
            case Name():
                yield from self._unknown(part)
            case Yes():
                yield from self._yes(part)
            case Filled():
                yield from self._unknown(part)
            case IsOpen():
                yield from self._is_open(part)
            case WasMade():
                yield from self._was_made(part)
            case Is():
                yield from self._is(part)
            case Same():
                yield from self._same(part)
            case Compare():
                yield from self._compare(part)
            case Percent():
                for operand in (part.part, part.whole):
                    kind = self.kind_of(operand)
                    if kind is not None and kind is not Kind.NUMBER:
                        yield _fault(
                            operand,
                            f"percent takes two numbers, {_name(operand)} is {kind.value[0]}",
                            f"percent 需要两个数字，{_name(operand)} 是{kind.value[1]}",
                        )

    def _unknown(self, part: Name | Yes | Filled | IsOpen) -> Iterator[ConditionFault]:
        if self.kind(part.name) is not None:
            return
        listed, _, column = part.name.partition(".")
        if part.name in self.transitions:
            yield _fault(
                part,
                f"{part.name} is a transition; write `{part.name} was made`",
                f"{part.name} 是流转；请写 `{part.name} was made`",
                Instead(part.name, f"{part.name} was made") if isinstance(part, Yes) else None,
            )
        elif column and self.kind(listed) is Kind.REGISTER:
            yield _fault(
                part,
                f"a condition or a formula cannot look into a register, so there is no `{part.name}`; "
                f"let `{column}` be a field that is typed",
                f"条件和算式不能读取名册的内容，因此没有 `{part.name}`；请把 `{column}` 写成一个要填写的字段",
            )
        elif column and self.kind(listed) is Kind.LIST:
            yield _fault(
                part,
                f"a condition asks about the whole ticket, not about {column} in a row of {listed}",
                f"条件针对整张工单，不能问 {listed} 中某一行的 {column}",
            )
        else:
            known = [*self.fields, *self.built_ins]
            meant, meant_zh = names.did_you_mean(part.name, known)
            text, text_zh = f"there is no field {part.name}{meant}", f"没有字段 {part.name}{meant_zh}"
            yield _fault(part, text, text_zh, _nearest(part.name, known))

    def _yes(self, part: Yes) -> Iterator[ConditionFault]:
        kind = self.kind(part.name)
        if kind is None:
            yield from self._unknown(part)
        elif kind is not Kind.YES_NO:
            example = self._example(part.name, kind)
            yield _fault(
                part,
                f"{part.name} is {kind.value[0]} and cannot stand alone; write for example `{example}`",
                f"{part.name} 是{kind.value[1]}，不能单独作条件；例如请写 `{example}`",
            )

    def _example(self, name: str, kind: Kind) -> str:
        choices = self._choices(name, kind)
        if choices:
            return f"{name} is {next(iter(choices))}"
        return f"{name} >= 1" if kind is Kind.NUMBER else f"{name} is filled"

    def _is_open(self, part: IsOpen) -> Iterator[ConditionFault]:
        kind = self.kind(part.name)
        if kind is None:
            yield from self._unknown(part)
        elif kind is Kind.CHOICE and "open" in (self._choices(part.name, kind) or ()):
            yield _fault(
                part,
                f'`is open` asks about a linked ticket; the choice is quoted: `{part.name} is "open"`',
                f'`is open` 用于关联工单；选项请加引号：`{part.name} is "open"`',
            )
        elif kind is not Kind.TICKET:
            yield _fault(
                part,
                f"only a ticket can be open, {part.name} is {kind.value[0]}",
                f"只有工单字段可以用 is open，{part.name} 是{kind.value[1]}",
            )

    def _was_made(self, part: WasMade) -> Iterator[ConditionFault]:
        if part.name in self.transitions:
            return
        if self.kind(part.name) is not None:
            yield _fault(
                part,
                f"only a transition is made, {part.name} is a field; write `{part.name} is filled`",
                f"只有流转可以用 was made，{part.name} 是字段；请写 `{part.name} is filled`",
            )
        else:
            meant, meant_zh = names.did_you_mean(part.name, self.transitions)
            text, text_zh = f"there is no transition {part.name}{meant}", f"没有流转 {part.name}{meant_zh}"
            yield _fault(part, text, text_zh, _nearest(part.name, self.transitions))

    def _choices(self, name: str, kind: Kind) -> Collection[str] | None:
        """What may follow `is`; None if that cannot be told."""
        if kind is Kind.CHOICE:
            return tuple(self.fields[name].choices) if name in self.fields else PRIORITIES
        return {Kind.ROLE: self.roles, Kind.DEPARTMENT: self.departments}.get(kind)

    def _texts(self, name: str) -> Mapping[str, Text]:
        return self.fields[name].choices if name in self.fields else {}

    def _is(self, part: Is) -> Iterator[ConditionFault]:
        kind = self.kind_of(part.left)
        name, right = _name(part.left), part.right
        if kind in (Kind.CHOICE, Kind.ROLE, Kind.DEPARTMENT):
            choices = self._choices(name, kind)
            if choices is not None and right not in choices:
                called = {text.zh: choice for choice, text in self._texts(name).items()}
                nearest = called.get(str(right)) or names.nearest(right, choices)
                meant = f"; did you mean {nearest}?" if nearest else ""
                meant_zh = f"；是否想写 {nearest}？" if nearest else ""
                yield _fault(
                    part,
                    f"{right} is not {kind.value[0]} of {name}{meant or '; accepted: ' + names.one_of(choices)}",
                    f"{name} 没有{kind.value[1]} {right}{meant_zh or '；可用：' + names.one_of(choices, 'zh')}",
                    Instead(_written(part), nearest) if nearest else None,
                )
        elif kind in _LIKE and not part.quoted and self.kind(str(right)) is kind:
            yield _fault(
                part,
                f"{right} is a field; write `{name} is same as {right}`",
                f"{right} 是字段；请写 `{name} is same as {right}`",
                Instead(str(right), f"same as {right}") if isinstance(part.left, Name) else None,
            )
        elif kind in _AFTER_IS and not _fits(kind, part):
            sentence, sentence_zh = _AFTER_IS[kind]
            text, text_zh = (one.format(name=name, right=right) for one in (sentence, sentence_zh))
            yield _fault(part, text, text_zh, _quoted_otherwise(kind, part))

    def _same(self, part: Same) -> Iterator[ConditionFault]:
        kinds = (self.kind(part.left.name), self.kind(part.right.name))
        for operand, kind in zip((part.left, part.right), kinds, strict=True):
            if kind in (Kind.YES_NO, Kind.LIST):
                yield _fault(
                    operand,
                    f"`is same as` compares two single values, {operand.name} is {kind.value[0]}",
                    f"`is same as` 比较两个单个的值，{operand.name} 是{kind.value[1]}",
                )
                return
        left, right = kinds
        if left is not None and right is not None and left is not right:
            one, other = part.left.name, part.right.name
            yield _fault(
                part.right,
                f"{one} is {left.value[0]}, {other} is {right.value[0]}; only like is compared with like",
                f"{one} 是{left.value[1]}，{other} 是{right.value[1]}；只能比较同类",
            )
        elif part.left.name == part.right.name:
            yield _fault(part.right, "a field is always the same as itself", "字段总与自身相同")

    def _compare(self, part: Compare) -> Iterator[ConditionFault]:
        left, right = self.kind_of(part.left), self.kind_of(part.right)
        if isinstance(part.left, Number) and isinstance(part.right, Number):
            yield _fault(
                part, "two numbers say nothing about the ticket; name a field", "两个数字与工单无关；请写字段名"
            )
        unordered = False
        for operand, kind in ((part.left, left), (part.right, right)):
            if kind is not None and kind not in ORDERED:
                unordered = True
                yield _fault(
                    operand,
                    f"{part.sign} compares numbers or dates, {_name(operand)} is {kind.value[0]}",
                    f"{part.sign} 用于数字或日期，{_name(operand)} 是{kind.value[1]}",
                )
        if left is not None and right is not None and left is not right and not unordered:
            one, other = _name(part.left), _name(part.right)
            yield _fault(
                part,
                f"{one} is {left.value[0]}, {other} is {right.value[0]}; only like is compared with like",
                f"{one} 是{left.value[1]}，{other} 是{right.value[1]}；只能比较同类",
            )


def _name(operand: Operand) -> str:
    match operand:
        case Number():
            return str(operand.number)
        case Percent():
            return "percent( )"
        case Total():
            return "total( )"
        case _:
            return operand.name


def _written(part: Is) -> str:
    """What stands after `is`, as it is written."""
    return f'"{part.right}"' if part.quoted else str(part.right)


def _quoted_otherwise(kind: Kind, part: Is) -> Instead | None:
    """The same with quotation marks for a text, or without them for a number."""
    if kind in (Kind.TEXT, Kind.PERSON) and not part.quoted:
        return Instead(_written(part), f'"{part.right}"')
    if kind is Kind.NUMBER and part.quoted and _NUMBER.fullmatch(str(part.right)):
        return Instead(_written(part), str(part.right))
    return None


_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")


def _fits(kind: Kind, part: Is) -> bool:
    if kind is Kind.NUMBER:
        return isinstance(part.right, Decimal)
    return kind in (Kind.TEXT, Kind.PERSON) and part.quoted


def _fault(part: _Placed, sentence: str, sentence_zh: str, meant: Instead | None = None) -> ConditionFault:
    return ConditionFault(part.column, sentence, sentence_zh, meant)


def _nearest(written: str, known: Iterable[str]) -> Instead | None:
    meant = names.nearest(written, known)
    return Instead(written, meant) if meant else None
