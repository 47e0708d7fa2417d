"""What may be sent, and how answers look in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

NAME = validate.Length(min=1, max=100)


class TrueOrFalse(fields.Boolean):
    """A JSON boolean; to Python, the number 1 would be true as well."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class TicketOpening(Schema):
    """A ticket to open."""

    workflow = fields.String(required=True, validate=NAME, metadata={"description": "the definition, e.g. repair"})
    site = fields.String(required=True, validate=NAME)
    transition = fields.String(
        validate=NAME, metadata={"description": "an opening transition; may be left out where there is only one"}
    )
    fields_ = fields.Dict(
        keys=fields.String(),
        data_key="fields",
        attribute="fields",
        load_default=dict,
        metadata={"description": "what the transition asks for, by field; title, place and requester always"},
    )
    dry_run = TrueOrFalse(load_default=False)


class TicketMove(Schema):
    """A move of a ticket."""

    transition = fields.String(required=True, validate=NAME)
    fields_ = fields.Dict(keys=fields.String(), data_key="fields", attribute="fields", load_default=dict)
    version = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=1, max=2**31 - 1),
        metadata={"description": "the version of the ticket that the person saw"},
    )
    dry_run = TrueOrFalse(load_default=False)


class Draft(Schema):
    """Definitions to check: files that are new or changed, by path."""

    files = fields.Dict(keys=fields.String(validate=NAME), values=fields.String(), required=True)


class TicketQuery(Schema):
    """Which tickets; what is left out is anything."""

    site = fields.String(validate=NAME)
    workflow = fields.String(validate=NAME)
    state = fields.String(validate=NAME)
    open = fields.Boolean()
    assignee = fields.String(validate=NAME, metadata={"description": "a person, or `me`"})
    late = fields.Boolean(metadata={"description": "whether the limit of an open clock has been passed"})
    q = fields.String(validate=validate.Length(max=100), metadata={"description": "in number, title or place"})
    cursor = fields.Integer(strict=False, validate=validate.Range(min=1, max=2**63 - 1))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class RevisionQuery(Schema):
    """Which revision; without one the newest."""

    revision = fields.String(validate=NAME)


class DiagramQuery(RevisionQuery):
    """Which picture."""

    format = fields.String(load_default="svg", validate=validate.OneOf(["svg", "mermaid"]))


class NoticeQuery(Schema):
    """Which notices."""

    unread = fields.Boolean(load_default=False)
    cursor = fields.String(validate=validate.Length(max=200))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


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
    provisional = fields.Boolean(required=True)
    fields_ = fields.Dict(data_key="fields", attribute="fields")
    clocks = fields.List(fields.Nested(Clock))
    next_deadline = fields.Nested(Clock, allow_none=True)
    transitions = fields.List(fields.String(), metadata={"description": "those that the caller may make now"})


class TicketPage(Schema):
    """Some tickets, newest first."""

    tickets = fields.List(fields.Nested(Ticket), required=True)
    cursor = fields.Integer(allow_none=True)


class Answer(Schema):
    """An answer whose members the description names."""

    class Meta:
        unknown = "include"
