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


class RegisterEntriesQuery(Schema):
    """Which entries of a register."""

    site = fields.String(required=True, validate=NAME, metadata={"description": "one of GET /api/v1/sites"})
    q = fields.String(validate=validate.Length(max=100), metadata={"description": "in key or name"})
    over = fields.Boolean(load_default=False, metadata={"description": "also entries that hold no longer, or not yet"})
    cursor = fields.String(validate=validate.Length(max=100))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class RegisterEntryQuery(Schema):
    """From where an entry is seen: keys of two sites have nothing to do with each other."""

    site = fields.String(required=True, validate=NAME, metadata={"description": "one of GET /api/v1/sites"})


_VALUES = {"description": "by column, typed as fields are; null takes one out"}
_SINCE = {"description": "from when it may be chosen, with an offset: 2026-05-01T00:00+08:00"}
_UNTIL = {"description": "until before when; null is without end"}


class RegisterEntryNew(Schema):
    """An entry to write."""

    site = fields.String(required=True, validate=NAME)
    everywhere = TrueOrFalse(
        load_default=False, metadata={"description": "an entry of all sites, for roles of the group"}
    )
    key = fields.String(required=True, validate=NAME, metadata={"description": "what fields hold; it never changes"})
    name = fields.String(required=True)
    name_en = fields.String(allow_none=True)
    values = fields.Dict(keys=fields.String(), load_default=dict, metadata=_VALUES)
    since = fields.String(allow_none=True, metadata={**_SINCE, "default": "now"})
    until = fields.String(allow_none=True, metadata=_UNTIL)


class RegisterEntryChange(Schema):
    """What changes of an entry; what is left out stays."""

    version = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=1, max=2**31 - 1),
        metadata={"description": "the version of the entry that the person saw"},
    )
    name = fields.String()
    name_en = fields.String(allow_none=True)
    values = fields.Dict(keys=fields.String(), metadata=_VALUES)
    since = fields.String(metadata=_SINCE)
    until = fields.String(allow_none=True, metadata=_UNTIL)


class HandOver(Schema):
    """What somebody holds, given to somebody else."""

    to = fields.String(validate=NAME, metadata={"description": "who takes over; left out, the deputy of who holds it"})
    tickets = fields.List(
        fields.String(validate=NAME),
        validate=validate.Length(min=1, max=200),
        metadata={"description": "their numbers; left out, all that he holds and the caller may see"},
    )
    dry_run = TrueOrFalse(load_default=False)


class PeopleQuery(Schema):
    """Whose people."""

    site = fields.String(required=True, validate=NAME, metadata={"description": "one of GET /api/v1/sites"})
