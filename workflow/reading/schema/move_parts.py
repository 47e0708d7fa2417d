"""States and transitions in a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validates_schema

from workflow.reading.schema import values
from workflow.reading.schema.approval_parts import Steps, ways_out
from workflow.reading.schema.effect_parts import Effects
from workflow.reading.schema.parts import Described, TextPart
from workflow.reading.schema.shapes import Either, Named, Several, Value, refuse


class StatePart(Described, Effects):
    called = ("a state", "状态")

    end = Value(values.yes)
    responsible = Several(Value(values.word))
    approvals = Steps()
    granted = Value(values.word)
    refused = Value(values.word)
    records = Several(Value(values.sentence))
    guides = Several(Value(values.sentence))

    @validates_schema
    def _both_ways_out(self, data: Mapping[str, Any], **_: object) -> None:
        ways_out(data)


class CheckPart(TextPart):
    called = ("a check", "检查")

    condition = Value(values.condition, key="if")
    need = Several(Value(values.word))
    must = Value(values.condition)
    rules = Several(Value(values.sentence))

    @validates_schema
    def _ask_something(self, data: Mapping[str, Any], **_: object) -> None:
        if "need" not in data and "must" not in data:
            raise refuse("missing_key", "a check needs `need` or `must`", "检查缺少 need 或 must")
        if "must" in data and not ("zh" in data or "en" in data):
            raise refuse(
                "missing_key",
                "a check with `must` needs `zh` or `en`: what people read when it refuses",
                "带 must 的检查缺少 zh 或 en：不通过时给人看的话",
            )


class BecomePart(Either):
    """Which definition: a name, `next in family`, or a table of one field."""

    def shapes(self) -> tuple[fields.Field[Any], ...]:
        table = Named(Value(values.word), name=values.sentence)
        return Value(values.word), Named(table, name=values.word, most=1)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if not isinstance(value, dict):
            return values.word(value)
        found = Named(Named(Value(values.word), name=values.sentence), name=values.word).deserialize(value)
        if len(found) != 1:
            raise refuse("shape", "the table of `become` has one field", "become 的对照表只能用一个字段")
        return found


class TransitionPart(Described, Effects):
    called = ("a transition", "流转")

    sources = Several(Value(values.word), key="from", must=True)
    target = Value(values.word, key="to", must=True)
    by = Several(Value(values.word), must=True)
    not_by = Several(Value(values.word))
    fill = Several(Value(values.word))
    may_fill = Several(Value(values.word))
    need = Several(Value(values.word))
    checks = Several(fields.Nested(CheckPart))
    wait_for = Several(Value(values.word))
    open_children = Value(values.one_of(("wait", "cancel")))
    not_before = Value(values.moment)
    at_most = Value(values.count)
    become = BecomePart()
