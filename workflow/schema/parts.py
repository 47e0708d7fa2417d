"""The parts of a definition: which keys each has, and how the value of each key is read."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, fields, validates_schema

from workflow import names, not_yet
from workflow.definition import FieldType
from workflow.durations import Unit
from workflow.nodes import Finding
from workflow.schema import values
from workflow.schema.values import Named, Refused, Several, Value

BY_DAYS = (Unit.DAYS, Unit.WORKING_DAYS)
"""What a repeat at a time of day counts in."""


class Part(Schema):
    """A map of known keys. `called` is what a message calls it, in English and Chinese, `later` its row of NOT_YET."""

    called: ClassVar[tuple[str, str]] = ("this", "此处")
    later: ClassVar[tuple[str, ...]] = ()

    class Meta:
        unknown = EXCLUDE

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        what, what_zh = self.called
        keys = self.keys()
        self.error_messages = {
            **self.error_messages,
            "type": Finding("shape", f"{what} is a map; its keys: {names.one_of(keys)}", f"{what_zh}应为映射；可用的键：{names.one_of(keys, 'zh')}"),
        }

    def keys(self) -> tuple[str, ...]:
        """The keys that it may have, in the order of the language."""
        return tuple(found.data_key or name for name, found in self.fields.items())

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        what, what_zh = self.called
        key = field_obj.data_key or field_name
        missing = Finding("missing_key", f"{what} needs `{key}`", f"{what_zh}缺少 {key}")
        # An empty value has been complained of where it was read.
        field_obj.error_messages = {**field_obj.error_messages, "required": [missing], "null": []}

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _know_every_key(self, _: object, original: object, **__: object) -> None:
        if not isinstance(original, Mapping):
            return
        what, what_zh = self.called
        keys = self.keys()
        foreseen = frozenset().union(*(not_yet.KEYS[row] for row in self.later))
        faults: dict[str | int, Any] = {}
        for key in original:
            if key in foreseen:
                found = not_yet.not_yet(f"`{key}` in {what}", f"{what_zh}的 {key}")
                faults[key] = [Finding(found.check, found.text, found.text_zh, of_key=True)]
            elif key not in keys:
                meant, meant_zh = names.did_you_mean(key, keys)
                faults[key] = [Finding(
                    "unknown_key",
                    f"unknown key {values.shown(key)} in {what}; accepted: {names.one_of(keys)}{meant}",
                    f"{what_zh}没有键 {values.shown(key)}；可用：{names.one_of(keys, 'zh')}{meant_zh}",
                    of_key=True,
                )]
        if faults:
            raise Refused(inside=faults)


class TextPart(Part):
    """What people read, in both languages."""

    called = ("a text", "文字")

    zh = Value(values.sentence)
    en = Value(values.sentence)


class Described(TextPart):
    """What every part may say about itself."""

    rules = Several(Value(values.sentence))
    note = Value(values.sentence)
    accept = Named(Value(values.sentence), name=values.word)


class Text(fields.Field[Any]):
    """A text of which only one language may be given: a line, or zh and en."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if isinstance(value, dict):
            return TextPart().load(value)
        return {"en": values.sentence(value)}


class Effects(Part):
    """What happens beside the move."""

    notify = Several(Value(values.word))
    say = Text()
    set = Named(Value(values.scalar), name=values.word)
    assign = Value(values.word)
    move = Value(values.word)
    ask_for = Value(values.word)


# --- Fields -----------------------------------------------------------------------------------------------------


class AnyField(Described):
    """What a field of every type has."""

    called = ("a field", "字段")
    later = ("field",)

    type = Value(values.one_of([one.value for one in FieldType]), must=True)
    follows = Named(Named(Value(values.word), name=values.sentence), name=values.word)
    confidential = Value(values.word)

    @validates_schema
    def _follow_one(self, data: Mapping[str, Any], **_: object) -> None:
        if len(data.get("follows", ())) > 1:
            raise Refused(inside={"follows": [Finding("shape", "a field follows one other field", "一个字段只能随另一个字段而定")]})


class TextField(AnyField):
    called = ("a text field", "文字字段")
    min_length = Value(values.count)


class NumberField(AnyField):
    called = ("a number field", "数字字段")
    min = Value(values.number)
    max = Value(values.number)


class DateField(AnyField):
    called = ("a date field", "日期字段")
    min = Value(values.moment)
    max = Value(values.moment)


class Choices(fields.Field[Any]):
    """The choices of a field: names, or a map of names to what people read."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            found: dict[str, Any] = Named(fields.Nested(TextPart), name=values.file_name).deserialize(value)
            return found
        return {name: {} for name in Several(Value(values.file_name)).deserialize(value)}


class ChoiceField(AnyField):
    called = ("a choice field", "选择字段")
    of = Choices(required=True)


class TicketField(AnyField):
    called = ("a ticket field", "工单字段")
    of = Value(values.word, must=True)
    in_states = Several(Value(values.word), key="in")


class Columns(fields.Field[Any]):
    """The columns of a list: fields themselves."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> dict[str, Any]:
        found: dict[str, Any] = Named(FieldPart(), name=values.part_name).deserialize(value)
        if len(found) > not_yet.COLUMNS:
            raise Refused(not_yet.not_yet("a list of more than one column", "多于一列的列表"), left=found)
        for name, column in found.items():
            if column.get("type") == FieldType.LIST.value:
                raise Refused(inside={name: {"type": [Finding("shape", "a column is not a list itself", "列表的列不能又是列表")]}})
            if "follows" in column:
                raise Refused(inside={name: {"follows": [Finding("shape", "a column follows nothing", "列表的列不能随别的字段而定")]}})
        return found


class ListField(AnyField):
    called = ("a list field", "列表字段")
    of = Columns(required=True)


_FIELD_PARTS: Mapping[str, type[AnyField]] = {
    "text": TextField,
    "contact": TextField,
    "number": NumberField,
    "money": NumberField,
    "percent": NumberField,
    "date": DateField,
    "datetime": DateField,
    "choice": ChoiceField,
    "ticket": TicketField,
    "list": ListField,
}


class OtherwiseField(AnyField):
    """A field of an unknown type, of whose keys nothing more is to be said."""

    of = fields.Raw()
    in_states = fields.Raw(data_key="in")
    min = fields.Raw()
    max = fields.Raw()
    min_length = fields.Raw()


class FieldPart(fields.Field[Any]):
    """A field; which keys it has depends on its type."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if not isinstance(value, dict):
            return AnyField().load(value)
        kind = value.get("type")
        if kind in not_yet.FIELD_TYPES:
            raise Refused(inside={"type": [not_yet.not_yet(f"the type {kind}", f"类型 {kind}")]})
        known = isinstance(kind, str) and kind in {one.value for one in FieldType}
        part = _FIELD_PARTS.get(str(kind), AnyField) if known else OtherwiseField
        return part().load(value)


# --- States and transitions -------------------------------------------------------------------------------------


class StatePart(Described, Effects):
    called = ("a state", "状态")
    later = ("state", "effects")

    end = Value(values.yes)
    responsible = Several(Value(values.word))
    records = Several(Value(values.sentence))
    guides = Several(Value(values.sentence))


class CheckPart(TextPart):
    called = ("a check", "检查")

    condition = Value(values.condition, key="if")
    need = Several(Value(values.word))
    must = Value(values.condition)
    rules = Several(Value(values.sentence))

    @validates_schema
    def _ask_something(self, data: Mapping[str, Any], **_: object) -> None:
        if "need" not in data and "must" not in data:
            raise values.refuse("missing_key", "a check needs `need` or `must`", "检查缺少 need 或 must")
        if "must" in data and not ("zh" in data or "en" in data):
            raise values.refuse("missing_key", "a check with `must` needs `zh` or `en`: what people read when it refuses",
                         "带 must 的检查缺少 zh 或 en：不通过时给人看的话")


class BecomePart(fields.Field[Any]):
    """Which definition: a name, `next in family`, or a table of one field."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if not isinstance(value, dict):
            return values.word(value)
        found = Named(Named(Value(values.word), name=values.sentence), name=values.word).deserialize(value)
        if len(found) != 1:
            raise values.refuse("shape", "the table of `become` has one field", "become 的对照表只能用一个字段")
        return found


class TransitionPart(Described, Effects):
    called = ("a transition", "流转")
    later = ("transition", "effects")

    sources = Several(Value(values.word), key="from", must=True)
    target = Value(values.word, key="to", must=True)
    by = Several(Value(values.word), must=True)
    not_by = Several(Value(values.word))
    fill = Several(Value(values.word))
    may_fill = Several(Value(values.word))
    need = Several(Value(values.word))
    checks = Several(fields.Nested(CheckPart))
    wait_for = Several(Value(values.word))
    not_before = Value(values.moment)
    at_most = Value(values.count)
    become = BecomePart()


# --- Deadlines, reminders, promises -----------------------------------------------------------------------------


def _at_in_days(data: Mapping[str, Any]) -> None:
    """A time of day belongs to something that comes again every so many days."""
    every = data.get("every")
    if "at" in data and (every is None or every.unit not in BY_DAYS):
        raise Refused(inside={"at": [Finding(
            "shape",
            "`at` is a time of day and needs `every` in days or working days",
            "at 是一天中的时刻，需要以天或工作日计的 every",
        )]})


_EFFECT_KEYS = ("notify", "set", "assign", "move", "ask_for")


def _do_something(what: tuple[str, str], data: Mapping[str, Any]) -> None:
    if not any(key in data for key in _EFFECT_KEYS):
        raise values.refuse("missing_key", f"{what[0]} does nothing; it needs `notify` or another effect",
                     f"{what[1]}什么也没做；请写 notify 或别的动作")


class LevelPart(Effects):
    later = ("effects",)

    condition = Value(values.condition, key="if")
    rules = Several(Value(values.sentence))
    note = Value(values.sentence)
    accept = Named(Value(values.sentence), name=values.word)

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
            raise values.refuse("one_limit", "a deadline has either `within` or `no_later_than`",
                         "时限要写 within 或 no_later_than，且只能写一个")

    @validates_schema
    def _share_of_duration(self, data: Mapping[str, Any], **_: object) -> None:
        if "no_later_than" not in data:
            return
        faults: dict[str | int, Any] = {
            index: {"left": [Finding(
                "percentage_of_date",
                "a percentage is a share of `within`; before a date write a duration, as `left: 1 day`",
                "百分比只用于 within；对日期请写时长，例如 left: 1 day",
            )]}
            for index, level in enumerate(data.get("soon", ()))
            if isinstance(level.get("left"), Decimal)
        }
        if faults:
            raise Refused(inside={"soon": faults})


class ReminderPart(Described, Effects):
    called = ("a reminder", "催办")
    later = ("effects",)

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

    @validates_schema(skip_on_field_errors=True)
    def _one_promise(self, data: Mapping[str, Any], **_: object) -> None:
        if sum(key in data for key in PROMISES) != 1:
            raise values.refuse("missing_key", f"a promise is one of {names.one_of(PROMISES)}",
                         f"承诺只能是其中之一：{names.one_of(PROMISES, 'zh')}")

