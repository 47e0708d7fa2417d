"""Which keys of which parts a text writes, found by the schemas that read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import fields

from workflow.reading import schema, source
from workflow.reading.schema.field_parts import FIELD_PARTS, AnyField, FieldPart
from workflow.reading.schema.files import KINDS
from workflow.reading.schema.parts import Part, reader_of
from workflow.reading.schema.shapes import Either, Named, Several

Written = Iterator[tuple[type[Part], str]]


def written_keys(text: str) -> Written:
    """Every key in every document of a text, with the part on which it stands."""
    for node in source.read(text, "example.yaml")[0]:
        kind, _ = schema.kind_of(node)
        yield from _of_part(KINDS[kind], node.data())


def _of_part(part: type[Part], data: Any) -> Written:
    if not isinstance(data, dict):
        return
    for name, field in reader_of(part).fields.items():
        key = field.data_key or name
        if key in data:
            yield part, key
            yield from _inside(field, data[key])


def _inside(field: fields.Field[Any], value: Any) -> Written:
    match field:
        case fields.Nested():
            yield from _of_part(type(field.schema), value)
        case FieldPart():
            yield from _of_part(FIELD_PARTS.get(value.get("type"), AnyField), value)
        case Several():
            for one in value if isinstance(value, list) else [value]:
                yield from _inside(field.inner, one)
        case Named() if isinstance(value, dict):
            for one in value.values():
                yield from _inside(field.inner, one)
        case Either():
            for shape in field.shapes():
                yield from _inside(shape, value)
