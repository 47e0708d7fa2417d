"""How files look in answers."""

from __future__ import annotations

from marshmallow import Schema, fields


class File(Schema):
    """A file that somebody sent."""

    id = fields.String(required=True, metadata={"description": "what a field of type file holds"})
    name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "bytes"})
    sha256 = fields.String(required=True)
    uploaded_by = fields.String(required=True)
    uploaded_at = fields.String(required=True)
    content_at = fields.String(required=True, metadata={"description": "where its bytes are"})
