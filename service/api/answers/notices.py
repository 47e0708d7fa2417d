"""How notices look in answers."""

from __future__ import annotations

from marshmallow import Schema, fields


class Notice(Schema):
    """What the caller was told at once about one ticket, or (null) of a recurring one that could not be opened."""

    id = fields.String(required=True)
    ticket = fields.String(required=True, allow_none=True)
    subject = fields.String(required=True)
    lines = fields.List(fields.String(), required=True)
    ask_for = fields.List(fields.String(), required=True)
    created_at = fields.String(required=True)
    read_at = fields.String(allow_none=True)


class Notices(Schema):
    """A page of the inbox, newest first; `unread` is at most 100, which stands for so many or more."""

    notices = fields.List(fields.Nested(Notice), required=True)
    unread = fields.Integer(required=True)
    cursor = fields.String(allow_none=True)
