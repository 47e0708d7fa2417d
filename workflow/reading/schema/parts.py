"""The parts of a definition: which keys each has, and how the value of each key is read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validates_schema

from workflow import names
from workflow.problems import Instead
from workflow.reading.nodes import Added, Finding, instead
from workflow.reading.schema import values
from workflow.reading.schema.shapes import Either, Named, Refused, Several, Value, refuse, shown

ELSEWHERE: Mapping[str, tuple[str, str]] = dict.fromkeys(("approvals", "granted", "refused"), ("a state", "状态"))
"""Keys that are easily written in the wrong part, with the one that they belong to."""

ENOUGH = 20
"""So many unknown keys of one part are looked up for what was meant; the others are only named."""


class Part(Schema):
    """A map of known keys. `called` is what a message calls it, in English and Chinese.

    `example` is how it may be written, for parts that are easily taken for a single word.
    """

    called: ClassVar[tuple[str, str]] = ("this", "此处")
    example: ClassVar[str] = ""

    class Meta:
        unknown = EXCLUDE

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        what, what_zh = self.called
        inherited = {name for part in type(self).__bases__ for name in getattr(part, "_declared_fields", ())}
        ordered = sorted(self.fields, key=lambda name: name in inherited)
        keys = self._keys = tuple(self.fields[name].data_key or name for name in ordered)
        not_a_map = Finding(
            "shape",
            f"{what} is written with these keys: {names.one_of(keys)}"
            + (f"; for example `{self.example}`" if self.example else ""),
            f"{what_zh}要用这些键来写：{names.one_of(keys, 'zh')}" + (f"；例如 {self.example}" if self.example else ""),
        )
        messages: dict[str, Any] = {**self.error_messages, "type": not_a_map}
        self.error_messages = messages

    def keys(self) -> tuple[str, ...]:
        """The keys that it may have, its own before those of every part."""
        return self._keys

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        what, what_zh = self.called
        key = field_obj.data_key or field_name
        hint, hint_zh = _HINTS.get((type(self).__name__, key), ("", ""))
        least = _LEAST.get((type(self).__name__, key))
        mend = None if least is None else Added((f"{key}: {least}",))
        missing = Finding("missing_key", f"{what} needs `{key}`{hint}", f"{what_zh}缺少 {key}{hint_zh}", mend=mend)
        # An empty value has been complained of where it was read.
        field_obj.error_messages = {**field_obj.error_messages, "required": [missing], "null": []}

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _know_every_key(self, _: object, original: object, **__: object) -> None:
        if not isinstance(original, Mapping):
            return
        what, what_zh = self.called
        keys = self.keys()
        faults: dict[str | int, Any] = {}
        for key in original:
            if key in ELSEWHERE and key not in keys:
                place, place_zh = ELSEWHERE[key]
                faults[key] = [
                    Finding(
                        "unknown_key",
                        f"`{key}` belongs on {place}, not on {what}",
                        f"{key} 应写在{place_zh}里，不能写在{what_zh}里",
                        of_key=True,
                    )
                ]
            elif key.startswith("-"):
                faults[key] = [
                    Finding(
                        "yaml", "put a blank after the dash: - key: value", "短横线后面要空一格：- 键: 值", of_key=True
                    )
                ]
            elif key not in keys and names.plainly(key) in keys:
                meant = names.plainly(key)
                faults[key] = [
                    Finding(
                        "unknown_key",
                        f"this looks like {meant} and is written with full-width or invisible characters; "
                        f"type {meant} again",
                        f"这里看似 {meant}，却含有全角或不可见的字符；请重新输入 {meant}",
                        of_key=True,
                        mend=Instead(key, meant),
                    )
                ]
            elif key not in keys:
                meant, meant_zh = names.did_you_mean(key, keys) if len(faults) < ENOUGH else ("", "")
                faults[key] = [
                    Finding(
                        "unknown_key",
                        f"unknown key {shown(key)} in {what}; accepted: {names.one_of(keys)}{meant}",
                        f"{what_zh}没有键 {shown(key)}；可用：{names.one_of(keys, 'zh')}{meant_zh}",
                        of_key=True,
                        mend=instead(key, keys) if meant else None,
                    )
                ]
        if faults:
            raise Refused(inside=faults)

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **_: Any) -> None:
        """What a misspelt key would say is not missed as well."""
        if many or not isinstance(data, Mapping) or not isinstance(error.messages, dict):
            return
        keys = self.keys()
        unknown = [key for key in data if key not in keys]
        meant = {names.nearest(key.lstrip("- {"), keys) for key in unknown[:ENOUGH]} - {None}
        for key in meant | ({"_schema"} if meant else set()):
            messages = error.messages.get(key)
            if isinstance(messages, list):
                error.messages[key] = [one for one in messages if getattr(one, "check", "") not in _MISSING]


@cache
def reader_of(part: type[Part]) -> Part:
    """The one reader of a part: to make one costs more than to read with it."""
    return part()


_MISSING = frozenset({"missing_key", "one_limit"})

_HINTS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("TransitionPart", "from"): (", a state, `anywhere` or `new`", "（状态名、anywhere 或 new）"),
    ("TransitionPart", "to"): (", a state or `same`", "（状态名或 same）"),
    ("TransitionPart", "by"): (": who may do it, as a role or `anyone`", "（谁可以做，例如角色或 anyone）"),
    ("DeadlinePart", "late"): (": who is told when it is missed", "（逾期时通知谁）"),
    ("DeadlinePart", "until"): (": the transitions or states that meet it", "（完成时限的流转或状态）"),
    ("ScenarioFile", "given"): (', as `given: {at: "2026-10-08 09:00"}`', '（例如 given: {at: "2026-10-08 09:00"}）'),
    ("ReminderPart", "while"): (": the states in which it comes", "（在哪些状态下催办）"),
}
"""What a missing key of a part would say."""


_LEAST: Mapping[tuple[str, str], str] = {("DeadlinePart", "late"): "{notify: accountable}"}
"""The least that a missing key of a part could say."""


class TextPart(Part):
    """What people read, in both languages."""

    called = ("a text", "文字")

    zh = Value(values.sentence)
    en = Value(values.sentence)


class Accepted(Named):
    """Checks, each with the reason why what it finds is meant so."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        if not isinstance(value, dict):
            raise refuse(
                "shape",
                "`accept` says which check is accepted, and why: `accept: {check: reason}`, with the name that stands "
                "in brackets in its message",
                "`accept` 要写明接受哪个检查及理由：`accept: {检查: 理由}`，检查的名字见其提示中的方括号",
            )
        return super()._deserialize(value, attr, data, **options)


class Described(TextPart):
    """What every part may say about itself."""

    rules = Several(Value(values.sentence))
    note = Value(values.sentence)
    accept = Accepted(Value(values.sentence), name=values.word)


class Text(Either):
    """A text of which only one language may be given: a line, or zh and en."""

    def shapes(self) -> tuple[fields.Field[Any], ...]:
        return Value(values.sentence), fields.Nested(TextPart)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if isinstance(value, dict):
            return reader_of(TextPart).load(value)
        return {"en": values.sentence(value)}
