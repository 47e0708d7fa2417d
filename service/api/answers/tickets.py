"""How tickets look in answers, with their clocks, their round of an approval and their kin."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.api.answers import Named, Person


class Clock(Named):
    """One run of a deadline."""

    run = fields.Integer(required=True)
    standing = fields.String(
        required=True, validate=validate.OneOf(["running", "paused", "late", "kept", "broken", "dropped"])
    )
    started_at = fields.String(required=True)
    limit_at = fields.String(allow_none=True)
    late_at = fields.String(allow_none=True)
    ended_at = fields.String(allow_none=True)


class Approver(Schema):
    """Who must answer now, for one row or for the whole."""

    row = fields.Integer(allow_none=True, required=True)
    who = fields.List(fields.String(), required=True, metadata={"description": "roles or people, in words"})
    people = fields.List(fields.Nested(Person), required=True, metadata={"description": "who that is at present"})


class Approved(Schema):
    """An answer of this round."""

    person = fields.Nested(Person, allow_none=True, required=True)
    answer = fields.Nested(Named, required=True)
    rows = fields.List(fields.Integer(), required=True)
    at = fields.String(required=True)


class ApprovalStep(Schema):
    """One step of an approval."""

    step = fields.Integer(required=True, metadata={"description": "its number, from 1"})
    label = fields.String(required=True)
    by = fields.String(required=True)
    not_by = fields.String(allow_none=True)
    if_ = fields.String(data_key="if", attribute="if", allow_none=True)
    for_each = fields.Dict(allow_none=True, metadata={"description": "the list whose rows are asked about"})
    standing = fields.String(required=True, validate=validate.OneOf(["granted", "asked", "left_out", "waiting"]))
    asked = fields.List(fields.Nested(Approver), required=True)
    granted_rows = fields.List(fields.Integer(), required=True)
    answers = fields.List(fields.Nested(Approved), required=True)
    rules = fields.List(fields.String())
    note = fields.String(allow_none=True)


class Approval(Schema):
    """The round that runs: where it leads, and its steps in order. Old rounds stand in the history."""

    round = fields.Integer(required=True)
    granted = fields.Nested(Named, required=True)
    refused = fields.Nested(Named, required=True)
    steps = fields.List(fields.Nested(ApprovalStep), required=True)


class Relative(Schema):
    """A ticket that opened this one, or was opened by it."""

    number = fields.String(required=True)
    title = fields.String(required=True)
    workflow = fields.Nested(Named, required=True)
    state = fields.Nested(Named, required=True)
    open = fields.Boolean(required=True)


class Ticket(Schema):
    """A ticket as it stands."""

    number = fields.String(required=True)
    title = fields.String(required=True)
    place = fields.String(required=True)
    site = fields.String(required=True)
    workflow = fields.Nested(Named, required=True)
    revision = fields.String(required=True)
    state = fields.Nested(Named, required=True)
    version = fields.Integer(required=True)
    priority = fields.String(required=True)
    round = fields.Integer(required=True)
    accountable = fields.Nested(Named, required=True)
    assignee = fields.Nested(Person, allow_none=True)
    receiver = fields.Nested(Person, allow_none=True)
    opened_at = fields.String(required=True)
    changed_at = fields.String(required=True)
    ended_at = fields.String(allow_none=True)
    due = fields.String(allow_none=True, metadata={"description": "of a recurring ticket: a date, or an instant"})
    provisional = fields.Boolean(required=True)
    fields_ = fields.Dict(
        data_key="fields",
        attribute="fields",
        metadata={"description": "by name; a person is {id, name}, a department or register entry {name, label}"},
    )
    clocks = fields.List(fields.Nested(Clock))
    next_deadline = fields.Nested(Clock, allow_none=True)
    transitions = fields.List(fields.String(), metadata={"description": "those that the caller may make now"})
    parent = fields.Nested(Relative, allow_none=True, metadata={"description": "the ticket that opened it"})
    children = fields.List(fields.Nested(Relative), metadata={"description": "those that it opened"})
    approval = fields.Nested(
        Approval, allow_none=True, metadata={"description": "on a ticket's own page, where approval is asked for"}
    )


class TicketPage(Schema):
    """Some tickets, newest first."""

    tickets = fields.List(fields.Nested(Ticket), required=True)
    cursor = fields.Integer(allow_none=True)
