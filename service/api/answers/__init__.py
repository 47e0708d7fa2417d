"""How answers look in the OpenAPI document; nothing is checked against it on its way out. Here what all have."""

from __future__ import annotations

from marshmallow import Schema, fields


class Problem(Schema):
    """RFC 9457 problem details."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    blockers = fields.List(fields.Dict(), metadata={"description": "every reason why a move is refused"})
    problems = fields.List(fields.Dict(), metadata={"description": "every fault of a definition"})
    errors = fields.List(fields.Dict(), metadata={"description": "what is wrong with the body, member by member"})
    accepted = fields.List(fields.String(), metadata={"description": "what would have been accepted"})


class Named(Schema):
    """A name with what people read."""

    name = fields.String(required=True)
    label = fields.String(required=True)


class Person(Schema):
    """A member of staff."""

    id = fields.String(required=True)
    name = fields.String(required=True)


class Answer(Schema):
    """An answer whose members the description names."""

    class Meta:
        unknown = "include"
