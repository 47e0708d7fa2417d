"""How registers and their entries look in answers."""

from __future__ import annotations

from marshmallow import Schema, fields

from service.api.answers import Named, Person
from service.api.answers.forms import FieldForm


class Register(Named):
    """A register: what its entries have, and the roles that keep it."""

    columns = fields.List(fields.Nested(FieldForm), required=True)
    kept_by = fields.List(fields.Nested(Named), required=True)
    note = fields.String(allow_none=True)
    rules = fields.List(fields.String())


class Registers(Schema):
    """All registers."""

    publication = fields.Integer(required=True)
    registers = fields.List(fields.Nested(Register), required=True)


class RegisterEntry(Schema):
    """An entry of a register; values that the caller may not read are said to be withheld."""

    register = fields.String(required=True)
    key = fields.String(required=True)
    label = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(allow_none=True, required=True)
    site = fields.String(allow_none=True, required=True, metadata={"description": "null is all sites"})
    values = fields.Dict(required=True)
    missing = fields.List(fields.String(), required=True, metadata={"description": "columns that are empty"})
    since = fields.String(required=True)
    until = fields.String(allow_none=True, required=True)
    holds = fields.Boolean(required=True, metadata={"description": "whether it may be chosen now"})
    version = fields.Integer(required=True)


class RegisterEntries(Schema):
    """A page of entries, by key."""

    site = fields.String(required=True)
    keeps = fields.Boolean(required=True, metadata={"description": "whether the caller may write entries here"})
    entries = fields.List(fields.Nested(RegisterEntry), required=True)
    cursor = fields.String(allow_none=True)


class RegisterEntryVersion(Schema):
    """One version of an entry; by nobody is by the command line."""

    version = fields.Integer(required=True)
    at = fields.String(required=True)
    by = fields.Nested(Person, allow_none=True, required=True)
    name = fields.String(required=True)
    name_en = fields.String(allow_none=True)
    values = fields.Dict(required=True)
    since = fields.String(required=True)
    until = fields.String(allow_none=True)


class RegisterEntryHistory(RegisterEntry):
    """An entry with every version of it, the newest first."""

    versions = fields.List(fields.Nested(RegisterEntryVersion), required=True)
