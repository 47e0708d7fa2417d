"""How forms look in answers: fields, transitions with what they ask, and what stands against them."""

from __future__ import annotations

from marshmallow import Schema, fields

from service.api.answers import Named


class FieldForm(Named):
    """A field as a form needs it."""

    type = fields.String()
    choices = fields.List(fields.Nested(Named))
    choices_at = fields.String(metadata={"description": "where what may be chosen is listed"})
    upload_at = fields.String(metadata={"description": "where a file is sent before its id is typed"})
    columns = fields.List(fields.Nested(lambda: ColumnForm()))
    min_length = fields.Integer()
    note = fields.String()


class ColumnForm(FieldForm):
    """A column of a list as a form needs it."""

    required = fields.Boolean(
        metadata={"description": "false for a column that may be left out now, because a move about one row fills it"}
    )


class Ask(FieldForm):
    """A field of a child's form, typed with its parent's move as `child-workflow.field`."""

    child = fields.Nested(Named, required=True)
    must = fields.Boolean(required=True)
    only_if = fields.String(allow_none=True, metadata={"description": "asked only if the child is opened: when"})


class Blocker(Schema):
    """One reason why a move is refused."""

    code = fields.String(required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)
    rules = fields.List(fields.String())
    part = fields.String(allow_none=True)


class Transition(Named):
    """A transition with what it asks for and what stands against it."""

    from_ = fields.List(fields.Nested(Named), data_key="from", attribute="from")
    to = fields.String(
        allow_none=True, metadata={"description": "a state, or `same`; null for an answer that may lead to several"}
    )
    by = fields.String()
    fill = fields.List(fields.Nested(FieldForm))
    may_fill = fields.List(fields.Nested(FieldForm))
    row_of = fields.Nested(
        Named, allow_none=True, metadata={"description": "the list of which this move fills one row: send its `row`"}
    )
    rows = fields.List(
        fields.Integer(), metadata={"description": "the rows, from 1, for which the caller may still make it"}
    )
    asks = fields.List(fields.Nested(Ask), metadata={"description": "for the children that it opens"})
    note = fields.String(allow_none=True)
    rules = fields.List(fields.String())
    allowed = fields.Boolean(required=True)
    blockers = fields.List(fields.Nested(Blocker), required=True)


class Transitions(Schema):
    """What may be done with a ticket; what may be done now comes first."""

    number = fields.String(required=True)
    version = fields.Integer(required=True)
    transitions = fields.List(fields.Nested(Transition), required=True)
