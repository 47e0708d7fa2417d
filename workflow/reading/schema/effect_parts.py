"""What happens beside a move, and the children that it opens, in a file."""

from __future__ import annotations

from marshmallow import fields

from workflow.reading.schema import values
from workflow.reading.schema.parts import Part, Text
from workflow.reading.schema.shapes import Named, Several, Value


class OpenPart(Part):
    """A child ticket to open."""

    called = ("an entry of `open`", "open 的一项")

    workflow = Value(values.word, must=True)
    for_each = Value(values.word)
    condition = Value(values.condition, key="if")
    set = Named(Value(values.scalar), name=values.word)


class Effects(Part):
    """What happens beside the move."""

    notify = Several(Value(values.word))
    say = Text()
    set = Named(Value(values.scalar), name=values.word)
    assign = Value(values.word)
    open = Several(fields.Nested(OpenPart))
    move = Value(values.word)
    ask_for = Value(values.word)
