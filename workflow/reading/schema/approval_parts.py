"""The steps of approval of a state in a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from workflow.reading.nodes import Finding
from workflow.reading.schema import values
from workflow.reading.schema.parts import TextPart
from workflow.reading.schema.shapes import Refused, Several, Value, refuse

MOST_STEPS = 20

WAYS = ("granted", "refused")


class ApprovalPart(TextPart):
    called = ("a step of `approvals`", "approvals 的一步")

    by = Several(Value(values.word), must=True)
    not_by = Several(Value(values.word))
    condition = Value(values.condition, key="if")
    for_each = Value(values.word)
    rules = Several(Value(values.sentence))
    note = Value(values.sentence)


class Steps(Several):
    """Steps in order; one that is only a name says what a step looks like."""

    def __init__(self) -> None:
        super().__init__(fields.Nested(ApprovalPart), most=MOST_STEPS)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any) -> Any:
        items = value if isinstance(value, list) else [value]
        if items and all(isinstance(item, str) for item in items):
            steps = ", ".join(f"{{by: {item}}}" for item in items)
            raise refuse(
                "shape",
                f"each step of `approvals` says who is asked: approvals: [{steps}]",
                f"approvals 的每一步要写明由谁审批：approvals: [{steps}]",
            )
        return super()._deserialize(value, attr, data, **more)


def ways_out(data: Mapping[str, Any]) -> None:
    """A state with approvals has both ways out, and no other state has one; nobody else must act there."""
    if "approvals" not in data:
        astray: dict[str | int, Any] = {
            way: [
                Finding(
                    "approvals",
                    f"`{way}` says where an approval leads, and there are no `approvals` here; "
                    "add them, as approvals: [{by: manager}]",
                    f"{way} 是审批之后的状态，而此处没有 approvals；请写出，例如 approvals: [{{by: manager}}]",
                    of_key=True,
                )
            ]
            for way in WAYS
            if way in data
        }
        if astray:
            raise Refused(inside=astray)
        return
    missing = [way for way in WAYS if way not in data]
    if missing:
        raise Refused(*[_missing(way) for way in missing])
    faults = [finding for key, finding in _UNFIT.items() if data.get(key)]
    if faults:
        raise Refused(inside={"approvals": faults})


_UNFIT = {
    "end": Finding(
        "approvals",
        "the ticket has ended in a state with `end`, and nobody can be asked; take one of the two away",
        "工单在 end 状态已结束，不能再审批；请去掉其中之一",
        of_key=True,
    ),
    "responsible": Finding(
        "approvals",
        "whoever is asked is responsible; take `responsible` away (`responsible: removed` where a parent says it)",
        "审批人就是责任人；请去掉 responsible（如写在上级定义中，请写 responsible: removed）",
        of_key=True,
    ),
}
"""What does not go with approvals."""


def _missing(way: str) -> Finding:
    when, when_zh = ("the last yes", "全部同意") if way == "granted" else ("the first no", "有人不同意")
    return Finding(
        "missing_key",
        f"a state with `approvals` needs `{way}`: the state after {when}",
        f"有 approvals 的状态缺少 {way}：{when_zh}后进入的状态",
    )
