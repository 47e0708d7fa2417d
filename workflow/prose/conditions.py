"""Conditions in words: `“Cost” is more than 500 and “Paid by the house” is yes`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from workflow.condition_tree import (
    AllOf,
    AnyOf,
    Compare,
    Filled,
    Is,
    IsOpen,
    Name,
    Node,
    Not,
    Number,
    Operand,
    Percent,
    Same,
    Total,
    WasMade,
    Yes,
)
from workflow.conditions import Condition
from workflow.definition import Definition, Field, FieldType, Text
from workflow.kinds import BUILT_INS, KINDS, Kind
from workflow.prose.voice import BUILT_IN_NAMES, Voice

_DATES = (Kind.DATE, Kind.DATETIME)

_NUMBERS_BY_SIGN: Mapping[str, tuple[Text, Text]] = {
    ">": (Text("is more than", "超过"), Text("is not more than", "并未超过")),
    ">=": (Text("is at least", "达到"), Text("is not at least", "未达到")),
    "<": (Text("is less than", "低于"), Text("is not less than", "并不低于")),
    "<=": (Text("is at most", "不超过"), Text("is not at most", "并非不超过")),
}
"""How two numbers are compared, and how it is denied: a comparison with an empty value is false, its denial true."""

_DATES_BY_SIGN: Mapping[str, tuple[Text, Text]] = {
    ">": (Text("is after", "晚于"), Text("is not after", "并不晚于")),
    ">=": (Text("is not earlier than", "不早于"), Text("is not at or after", "并非不早于")),
    "<": (Text("is before", "早于"), Text("is not before", "并不早于")),
    "<=": (Text("is not later than", "不晚于"), Text("is not at or before", "并非不晚于")),
}


def condition(asked: Condition | Node, voice: Voice) -> str:
    """The condition as it stands behind `if`."""
    return _node(asked.tree if isinstance(asked, Condition) else asked, voice)


def figure(operand: Operand, voice: Voice) -> str:
    """What has a value: a field, a number, a share, a sum."""
    match operand:
        case Name(name=name):
            return voice.named(name)
        case Number(number=number):
            return voice.number(number)
        case Percent(part=part, whole=whole):
            share, of = figure(part, voice), figure(whole, voice)
            return voice.say(f"{share} as a percentage of {of}", f"{share}占{of}的百分比")
        case Total(of=of, made=made):
            return _total(of, made, voice)


def _total(of: str, made: str, voice: Voice) -> str:
    workflow, _, name = of.partition(".")
    other = voice.around.definitions.get(workflow)
    called = Voice(other, voice.lang, voice.around) if other is not None else voice
    summed, kind, move = called.field(name), voice.workflow(workflow), called.transition(made)
    return voice.say(
        f"the sum of {summed} over all {kind} tickets of the site with {move} done since this ticket was opened",
        f"本工单开单以来本项目办理过{move}的各{kind}工单的{summed}合计",
    )


def _node(node: Node, voice: Voice, *, denied: bool = False) -> str:
    match node:
        case Not(of=AnyOf() | AllOf() | Not() as inner):
            said = _node(inner, voice)
            return voice.say(f"it is not so that ({said})", f"并非（{said}）")
        case Not(of=inner):
            return _node(inner, voice, denied=True)
        case AnyOf(of=parts):
            return voice.say(", or ", "，或者").join(_node(part, voice) for part in parts)
        case AllOf(of=parts):
            return voice.say(" and ", "，且").join(_bracketed(part, voice) for part in parts)
        case Yes(name=name):
            field = voice.field(name)
            return _either(
                voice, denied, (f"{field} is yes", f"{field}为“是”"), (f"{field} is not yes", f"{field}不为“是”")
            )
        case Filled(name=name) if name in BUILT_IN_NAMES:
            known = voice.named(name)
            return _either(
                voice, denied, (f"{known} is known", f"已有{known}"), (f"{known} is not known", f"没有{known}")
            )
        case Filled(name=name):
            field = voice.field(name)
            return _either(
                voice, denied, (f"{field} is filled in", f"已填写{field}"), (f"{field} is empty", f"未填写{field}")
            )
        case IsOpen(name=name):
            field = voice.field(name)
            return _either(
                voice,
                denied,
                (f"the ticket in {field} is open", f"{field}所关联的工单未结束"),
                (f"the ticket in {field} is not open", f"{field}没有未结束的关联工单"),
            )
        case WasMade(name=name):
            move = voice.transition(name)
            return _either(
                voice,
                denied,
                (f"{move} was done before", f"曾办理{move}"),
                (f"{move} was never done", f"从未办理{move}"),
            )
        case Is(left=left, right=right):
            one, other = figure(left, voice), _right(left, right, voice)
            return _either(
                voice, denied, (f"{one} is {other}", f"{one}为{other}"), (f"{one} is not {other}", f"{one}不为{other}")
            )
        case Same(left=left, right=right_name):
            one, other = figure(left, voice), figure(right_name, voice)
            return _either(
                voice,
                denied,
                (f"{one} is the same as {other}", f"{one}与{other}一致"),
                (f"{one} is not the same as {other}", f"{one}与{other}不一致"),
            )
        case Compare():
            return _compared(node, voice, denied)


def _either(voice: Voice, denied: bool, plain: tuple[str, str], other: tuple[str, str]) -> str:
    return voice.say(*(other if denied else plain))


def _bracketed(part: Node, voice: Voice) -> str:
    """A part of an `and`: an `or` in it keeps its brackets."""
    said = _node(part, voice)
    return voice.say(f"({said})", f"（{said}）") if isinstance(part, AnyOf) else said


def _compared(node: Compare, voice: Voice, denied: bool) -> str:
    signs = _DATES_BY_SIGN if _kind(node.left, voice.definition) in _DATES else _NUMBERS_BY_SIGN
    sign = voice.read(signs[node.sign][denied])
    left, right = _against(node.left, node.right, voice), _against(node.right, node.left, voice)
    return voice.say(f"{left} {sign} {right}", f"{left}{sign}{right}")


def _against(operand: Operand, other: Operand, voice: Voice) -> str:
    """A number as what it is compared with counts it: `70%` beside a percentage."""
    if isinstance(operand, Number):
        percent = isinstance(other, Percent) or _type(other, voice.definition) is FieldType.PERCENT
        return voice.number(operand.number, FieldType.PERCENT if percent else None)
    return figure(operand, voice)


def _right(left: Operand, right: Decimal | str, voice: Voice) -> str:
    if isinstance(right, Decimal):
        return _against(Number(right, 0), left, voice)
    name = left.name if isinstance(left, Name) else ""
    return voice.value(name, right, _field(name, voice.definition))


def _kind(operand: Operand, definition: Definition) -> Kind:
    if not isinstance(operand, Name):
        return Kind.NUMBER
    field = _field(operand.name, definition)
    return KINDS[field.type] if field is not None else BUILT_INS.get(operand.name, Kind.NUMBER)


def _type(operand: Operand, definition: Definition) -> FieldType | None:
    field = _field(operand.name, definition) if isinstance(operand, Name) else None
    return field.type if field is not None else None


def _field(name: str, definition: Definition) -> Field | None:
    return definition.fields.get(name) or definition.column(name)
