"""What may be sent: bodies and parameters; how answers look is `answers`."""

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
    row = fields.Integer(
        strict=True,
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1, max=200),
        metadata={"description": "the row of a list that the move is about, from 1"},
    )
    dry_run = TrueOrFalse(load_default=False)


class Draft(Schema):
    """Definitions to check: files that are new or changed, by path."""

    files = fields.Dict(keys=fields.String(validate=NAME), values=fields.String(), required=True)


class TicketQuery(Schema):
    """Which tickets; what is left out is anything."""

    site = fields.String(validate=NAME)
    workflow = fields.String(validate=NAME, metadata={"description": "the head of a family finds its classes too"})
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


class PeopleQuery(Schema):
    """Whose people."""

    site = fields.String(required=True, validate=NAME, metadata={"description": "one of GET /api/v1/sites"})
