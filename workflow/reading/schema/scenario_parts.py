"""Scenarios in a file: what is given, and the steps, each of which does one thing or says what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validates_schema

from workflow import names
from workflow.definition import PRIORITIES
from workflow.reading.nodes import Finding
from workflow.reading.schema import values
from workflow.reading.schema.parts import Part, TextPart
from workflow.reading.schema.shapes import Either, Named, Refused, Several, Value, refuse
from workflow.scenario import NOBODY, NOTHING

MOST_STEPS = 300
"""So many steps tell no story any more."""


class OrNone(Either):
    """A list or a map, or the word that says that it is empty."""

    def __init__(self, word: str, otherwise: fields.Field[Any]) -> None:
        super().__init__()
        self.word = word
        self.otherwise = otherwise

    def _bind_to_schema(self, field_name: str, parent: Any) -> None:
        super()._bind_to_schema(field_name, parent)
        self.otherwise._bind_to_schema(field_name, self)

    def shapes(self) -> tuple[fields.Field[Any], ...]:
        return Value(values.one_of([self.word])), self.otherwise

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        return () if value in (self.word, [self.word]) else self.otherwise.deserialize(value)


class GivenTicketPart(Part):
    called = ("a ticket that is given", "事先已有的工单")

    workflow = Value(values.word, must=True)
    state = Value(values.word, must=True)
    fields_ = Named(Value(values.anything), name=values.word, key="fields")


class GivenPart(Part):
    called = ("`given`", "given 里")
    example = 'given: {at: "2026-10-08 09:00"}'

    at = Value(values.local_time, must=True)
    calendar = Value(values.word)
    people = Named(Several(Value(values.word)), name=values.word)
    tickets = Named(fields.Nested(GivenTicketPart), name=values.word)
    entries = Named(Named(Named(Value(values.anything), name=values.word), name=values.word), name=values.word)
    totals = Named(Value(values.number), name=values.sentence)


class DownPart(Part):
    called = ("`down`", "down 里")
    example = 'down: {from: "2026-10-08 10:00", to: "2026-10-11 08:00"}'

    since = Value(values.local_time, key="from")
    until = Value(values.local_time, key="to", must=True)


class ToldPart(Part):
    called = ("an entry of `told`", "told 的一项")
    example = "told: [{who: service_centre}]"

    who = Several(Value(values.word), must=True)
    about = Value(values.word)
    at = Value(values.local_time)
    ask_for = Value(values.word)
    merged = Value(values.count)
    ticket = Value(values.word)


class ExpectPart(Part):
    called = ("`expect`", "expect 里")
    example = "expect: {state: closed}"

    state = Value(values.word)
    workflow = Value(values.word)
    ended = Value(values.yes)
    due = OrNone(NOTHING, Named(Value(values.limit), name=values.word))
    late = Several(Value(values.word))
    told = OrNone(NOBODY, Several(fields.Nested(ToldPart)))
    allowed = Named(Several(Value(values.word)), name=values.word)
    fields_ = Named(Value(values.anything), name=values.word, key="fields")
    empty = Several(Value(values.word))
    hidden = Named(Several(Value(values.word)), name=values.word)
    priority = Value(values.one_of(PRIORITIES))
    assignee = Value(values.word)
    children = OrNone(NOTHING, Named(Value(values.count), name=values.word))

    @validates_schema
    def _expect_something(self, data: Mapping[str, Any], **_: object) -> None:
        if not data:
            raise refuse(
                "missing_key",
                f"`expect` expects nothing; write one of {names.one_of(self.keys())}",
                f"expect 没有写期望什么；可用：{names.one_of(self.keys(), 'zh')}",
            )


ACTS = ("do", "recurring", "wait", "down", "expect")
"""What a step may be: one of these."""

GO_WITH = {"by": ("do",), "fill": ("do",), "row": ("do",), "refused": ("do", "recurring"), "party": ("recurring",)}
"""Keys that say more about what a step does, and which those are."""


class StepPart(Part):
    called = ("a step", "步骤")
    example = "- wait: 20 minutes"

    do = Value(values.word)
    by = Value(values.word)
    fill = Named(Value(values.anything), name=values.word)
    row = Value(values.count)
    refused = Several(Value(values.sentence))
    recurring = Value(values.word)
    party = Value(values.word)
    wait = Value(values.waiting)
    down = fields.Nested(DownPart)
    expect = fields.Nested(ExpectPart)
    ticket = Value(values.word)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _one_thing(self, _: object, original: object, **__: object) -> None:
        if not isinstance(original, Mapping):
            return
        acts = [key for key in ACTS if key in original]
        if len(acts) != 1:
            raise refuse(
                "one_step",
                f"a step does one thing, or says what is expected: one of {names.one_of(ACTS)}"
                + (f", not {' and '.join(acts)} together; begin a new step" if acts else ""),
                f"一个步骤只做一件事，或只写期望：{names.one_of(ACTS, 'zh')} 之一"
                + (f"，不能同时写 {'、'.join(acts)}；请另起一步" if acts else ""),
            )
        faults: dict[str | int, Any] = {
            key: [
                Finding(
                    "one_step",
                    f"`{key}` belongs to a step with `{those[0]}`, not to one with `{acts[0]}`",
                    f"{key} 应与 {those[0]} 写在同一步，不能与 {acts[0]} 同写",
                    of_key=True,
                )
            ]
            for key, those in (GO_WITH | {"ticket": ("expect", "do")}).items()
            if key in original and acts[0] not in those
        }
        if faults:
            raise Refused(inside=faults)
        if acts == ["do"] and "by" not in original:
            raise refuse(
                "missing_key",
                "who makes the move? write `by`: a role, somebody of `given: people`, or `anyone`",
                "谁来办理？请写 by：角色、given: people 里的人，或 anyone",
            )


class ScenarioFile(TextPart):
    called = ("a scenario", "情景")

    scenario = Value(values.file_name, must=True)
    workflow = Value(values.word, must=True)
    generated = Value(values.yes)
    rules = Several(Value(values.sentence))
    note = Value(values.sentence)
    given = fields.Nested(GivenPart, required=True)
    steps = Several(fields.Nested(StepPart), must=True, most=MOST_STEPS)
