"""Deadlines, reminders and promises in a file."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import fields, validates_schema

from workflow import names
from workflow.durations import Unit
from workflow.reading.nodes import Added, Finding
from workflow.reading.schema import values
from workflow.reading.schema.effect_parts import Effects
from workflow.reading.schema.parts import Accepted, Described, Part
from workflow.reading.schema.shapes import Refused, Several, Value, refuse

BY_DAYS = (Unit.DAYS, Unit.WORKING_DAYS)
"""What a repeat at a time of day counts in."""


def _at_in_days(data: Mapping[str, Any]) -> None:
    """A time of day belongs to something that comes again every so many days."""
    every = data.get("every")
    if "at" in data and (every is None or every.unit not in BY_DAYS):
        raise Refused(
            inside={
                "at": [
                    Finding(
                        "shape",
                        "`at` is a time of day and needs `every` in days or working days",
                        "at 是一天中的时刻，需要以天或工作日计的 every",
                    )
                ]
            }
        )


EFFECT_KEYS = ("notify", "set", "assign", "open", "move", "ask_for")


def _do_something(what: tuple[str, str], data: Mapping[str, Any]) -> None:
    if not any(key in data for key in EFFECT_KEYS):
        raise refuse(
            "missing_key",
            f"{what[0]} does nothing; it needs `notify` or another effect",
            f"{what[1]}什么也没做；请写 notify 或别的动作",
            mend=Added(("notify: accountable",)),
        )


class LevelPart(Effects):
    called = ("a level", "升级层级")

    condition = Value(values.condition, key="if")
    rules = Several(Value(values.sentence))
    note = Value(values.sentence)
    accept = Accepted(Value(values.sentence), name=values.word)

    @validates_schema
    def _act(self, data: Mapping[str, Any], **_: object) -> None:
        _do_something(self.called, data)


class SoonPart(LevelPart):
    called = ("an entry of `soon`", "soon 的一项")

    left = Value(values.share_or_duration, must=True)


class LatePart(LevelPart):
    called = ("an entry of `late`", "late 的一项")

    late_by = Value(values.duration)
    every = Value(values.duration)
    at = Value(values.clock_time)

    @validates_schema
    def _repeat_in_days(self, data: Mapping[str, Any], **_: object) -> None:
        _at_in_days(data)


class DeadlinePart(Described):
    called = ("a deadline", "时限")

    condition = Value(values.condition, key="if")
    since = Several(Value(values.word))
    within = Value(values.duration)
    no_later_than = Value(values.moment)
    replaced_by = Value(values.word)
    until = Several(Value(values.word), must=True)
    paused_in = Several(Value(values.word))
    soon = Several(fields.Nested(SoonPart))
    late = Several(fields.Nested(LatePart), must=True)

    @validates_schema(skip_on_field_errors=True)
    def _one_limit(self, data: Mapping[str, Any], **_: object) -> None:
        if ("within" in data) == ("no_later_than" in data):
            raise refuse(
                "one_limit",
                "a deadline has either `within` or `no_later_than`",
                "时限要写 within 或 no_later_than，且只能写一个",
            )

    @validates_schema
    def _share_of_duration(self, data: Mapping[str, Any], **_: object) -> None:
        if "no_later_than" not in data:
            return
        faults: dict[str | int, Any] = {
            index: {
                "left": [
                    Finding(
                        "percentage_of_date",
                        "a percentage is a share of `within`; before a date write a duration, as `left: 1 day`",
                        "百分比只用于 within；对日期请写时长，例如 left: 1 day",
                    )
                ]
            }
            for index, level in enumerate(data.get("soon", ()))
            if isinstance(level.get("left"), Decimal)
        }
        if faults:
            raise Refused(inside={"soon": faults})


class ReminderPart(Described, Effects):
    called = ("a reminder", "催办")

    condition = Value(values.condition, key="if")
    since = Several(Value(values.word))
    after = Value(values.duration)
    states = Several(Value(values.word), key="while", must=True)
    every = Value(values.duration)
    at = Value(values.clock_time)

    @validates_schema
    def _act(self, data: Mapping[str, Any], **_: object) -> None:
        _do_something(self.called, data)

    @validates_schema
    def _repeat_in_days(self, data: Mapping[str, Any], **_: object) -> None:
        _at_in_days(data)


PROMISES = ("someone_is_told_within", "never_silent_longer_than", "ended_or_told_within", "paused_at_most")


class PromisePart(Part):
    called = ("a promise", "承诺")

    someone_is_told_within = Value(values.duration)
    never_silent_longer_than = Value(values.duration)
    ended_or_told_within = Value(values.duration)
    paused_at_most = Value(values.duration)
    states = Several(Value(values.word), key="in")
    rules = Several(Value(values.sentence))
    accept = Accepted(Value(values.sentence), name=values.word)

    @validates_schema(skip_on_field_errors=True)
    def _one_promise(self, data: Mapping[str, Any], **_: object) -> None:
        if sum(key in data for key in PROMISES) != 1:
            raise refuse(
                "missing_key",
                f"a promise is one of {names.one_of(PROMISES)}",
                f"承诺只能是其中之一：{names.one_of(PROMISES, 'zh')}",
            )
