"""Fields in a file: which keys one has depends on its type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from workflow.definition import FieldType
from workflow.reading.nodes import Finding
from workflow.reading.schema import values
from workflow.reading.schema.parts import Described, TextPart, reader_of
from workflow.reading.schema.shapes import Either, Named, Refused, Several, Value


class AnyField(Described):
    """What a field of every type has."""

    called = ("a field", "字段")

    type = Value(values.one_of([one.value for one in FieldType]), must=True)
    formula = Value(values.typed_only, key="is")
    follows = Named(Named(Value(values.word), name=values.sentence), name=values.word)
    confidential = Value(values.word)

    @validates_schema
    def _typed_or_worked_out(self, data: Mapping[str, Any], **_: object) -> None:
        for key in ("follows", "min", "max", "min_length"):
            if "formula" in data and key in data:
                text = f"what a field `is` is worked out and never typed, so `{key}` has nothing to do here"
                raise Refused(
                    inside={key: [Finding("shape", text, f"用 is 的字段由系统算出，不用填写，不能再写 {key}")]}
                )

    @validates_schema
    def _follow_one(self, data: Mapping[str, Any], **_: object) -> None:
        if len(data.get("follows", ())) > 1:
            raise Refused(
                inside={
                    "follows": [Finding("shape", "a field follows one other field", "一个字段只能随另一个字段而定")]
                }
            )


class ContactField(AnyField):
    called = ("a contact field", "联系人字段")
    min_length = Value(values.count)


class TextField(ContactField):
    called = ("a text field", "文字字段")
    formula = Value(values.fixed_text, key="is")


class YesNoField(AnyField):
    called = ("a yes_no field", "是否字段")
    formula = Value(values.fixed_or_condition, key="is")


class NumberField(AnyField):
    called = ("a number field", "数字字段")
    formula = Value(values.figure, key="is")
    min = Value(values.number)
    max = Value(values.number)


class DateField(AnyField):
    called = ("a date field", "日期字段")
    min = Value(values.moment)
    max = Value(values.moment)


class Choices(Either):
    """The choices of a field: names, or a map of names to what people read."""

    def shapes(self) -> tuple[fields.Field[Any], ...]:
        return (
            Several(Value(values.choice_name)),
            Named(fields.Nested(TextPart), name=values.choice_name),
        )

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            found: dict[str, Any] = Named(fields.Nested(TextPart), name=values.choice_name).deserialize(value)
            return found
        try:
            return {name: {} for name in Several(Value(values.choice_name)).deserialize(value) if name is not None}
        except ValidationError as error:
            raise ValidationError(error.messages) from None  # what could be read of a list is no map


class ChoiceField(AnyField):
    called = ("a choice field", "选择字段")
    formula = Value(values.fixed_text, key="is")
    of = Choices(required=True)


class TicketField(AnyField):
    called = ("a ticket field", "工单字段")
    of = Value(values.word, must=True)
    in_states = Several(Value(values.word), key="in")
    same = Several(Value(values.word))


class RegisterField(AnyField):
    called = ("a register field", "名册字段")
    of = Value(values.word, must=True)


class Columns(Either):
    """The columns of a list: fields themselves."""

    def shapes(self) -> tuple[fields.Field[Any], ...]:
        return (Named(FieldPart(), name=values.part_name),)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> dict[str, Any]:
        found: dict[str, Any] = Named(FieldPart(), name=values.part_name).deserialize(value)
        for name, column in found.items():
            if column.get("type") == FieldType.LIST.value:
                raise Refused(
                    inside={name: {"type": [Finding("shape", "a column is not a list itself", "列表的列不能又是列表")]}}
                )
            if "follows" in column:
                raise Refused(
                    inside={
                        name: {"follows": [Finding("shape", "a column follows nothing", "列表的列不能随别的字段而定")]}
                    }
                )
            if "formula" in column:
                text, text_zh = "a column is typed and never worked out", "列表的列由人员填写，不能用 is"
                raise Refused(inside={name: {"is": [Finding("shape", text, text_zh)]}})
        return found


class ListField(AnyField):
    called = ("a list field", "列表字段")
    of = Columns(required=True)


FIELD_PARTS: Mapping[str, type[AnyField]] = {
    "text": TextField,
    "contact": ContactField,
    "yes_no": YesNoField,
    "number": NumberField,
    "money": NumberField,
    "percent": NumberField,
    "date": DateField,
    "datetime": DateField,
    "choice": ChoiceField,
    "ticket": TicketField,
    "register": RegisterField,
    "list": ListField,
}


class OtherwiseField(AnyField):
    """A field of an unknown type, of whose keys nothing more is to be said."""

    formula = Value(lambda value: value, key="is")
    of = fields.Raw()
    in_states = fields.Raw(data_key="in")
    same = fields.Raw()
    min = fields.Raw()
    max = fields.Raw()
    min_length = fields.Raw()


class FieldPart(fields.Field[Any]):
    """A field; which keys it has depends on its type."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if not isinstance(value, dict):
            return reader_of(AnyField).load(value)
        kind = value.get("type")
        known = isinstance(kind, str) and kind in {one.value for one in FieldType}
        part = FIELD_PARTS.get(str(kind), AnyField) if known else OtherwiseField
        return reader_of(part).load(value)
